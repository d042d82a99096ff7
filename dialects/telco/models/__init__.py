"""What a call of the telco dialect may say: parameters and bodies, under the names of the document."""

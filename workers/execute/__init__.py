"""Execute: from the commands of a lane to one commit."""

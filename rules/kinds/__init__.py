"""One file per kind of rule, its fields being the wire format; a module here that decorates a model is one."""

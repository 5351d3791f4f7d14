"""Find in a text, which may be faulty, what is at a position, and where names are; without parsing YAML."""

"""What an import adds to a document beyond facts: new milestones and links, and their places in the YAML."""

"""What pages of a site say when it is one of several editions."""

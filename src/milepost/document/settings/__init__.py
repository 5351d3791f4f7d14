"""What a document says about other programs and files, and about its findings: nothing of it is printed."""

"""What a document says about other programs and files: settings that are not printed."""

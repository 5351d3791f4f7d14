"""Rules of dates: when milestones are due, expected and completed, and what waits for what."""

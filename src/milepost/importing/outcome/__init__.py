"""What an import comes to: gates that stop it, and a report for whoever did not watch it."""

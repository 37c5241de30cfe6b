"""What people are owed: the catalogue of standards that ships with the planner, and a planner's own."""

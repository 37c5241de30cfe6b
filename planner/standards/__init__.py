"""What people are owed: standards, the catalogue that ships with the planner, catalogues of a planner's own."""

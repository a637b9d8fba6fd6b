"""One verb a module: everything a person or a timer can ask the program to do."""

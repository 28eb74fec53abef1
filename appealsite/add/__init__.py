"""New payers, services, reasons and combinations: into the data with the files to fill in, or not at all."""

"""The record to other sites: whole logs as plain text files, receipts, a shared folder."""

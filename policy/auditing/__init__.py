"""The audit: what decisions on many claim lines come to, as one page for a compliance manager.

Figures are sums that are made batch by batch and added up; the page is made from them. Nothing here judges a line.
"""

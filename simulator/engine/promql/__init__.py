"""PromQL, evaluated at one instant over series that are scraped on a grid of time.

Expressions are parsed by a library; what they mean follows promql/{engine,functions,quantile}.go of Prometheus 3.x.
Subqueries, the modifier @ and native histograms are not known, and say so.
"""

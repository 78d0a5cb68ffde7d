"""What Meta's networks share: requests, errors, usage headers, tokens, paging, figures. A library for plugins, not a plugin.

calls      building requests to the Graph API
answers    reading its answers
errors     what its error codes mean for us
cures      what a person can do about them
usage      its usage headers: how much is left, how long to wait
tokens     sign-in: dialog, exchange, inspection, proof of the app's secret
paging     reading a list to its end, and knowing whether it was the end
insights   figures, where one dead name must not cost the others
stand_in   the plumbing of a stand-in that speaks this dialect
"""

# expect: breaks test_not_our_fault
# shows: is not an error of the server
# misconception: every-non-200-is-an-error
# explain: Your function counts every status but 200. Redirects are healthy,
#   and a 404 is the mistake of a client.
def count_errors(statuses):
    return sum(status != 200 for status in statuses)

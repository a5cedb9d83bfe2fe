#!/usr/bin/env python3
"""Usage: client.py URL TOKEN POLICY
Goes through the practice tenant with scim2-client, which nobody here wrote: it validates every request and answer against
the schemas that the tenant publishes. Last line: 'N passed, N failed'."""

import sys
import warnings

warnings.simplefilter("ignore")

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import BulkOperation, BulkRequest, PatchOp, PatchOperation, SearchRequest

url, token, policy = sys.argv[1:]
http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False)
client = SyncSCIMClient(http)
passed = failed = 0


def step(title, does, holds=lambda answer: True):
    """Does something, and says so where it fails or its answer is not what it should be."""
    global passed, failed
    try:
        answer = does()
        assert holds(answer), f"answered {answer!r}"
    except Exception as error:
        failed += 1
        print(f"FAILED {title}: {type(error).__name__}: {error}"[:400])
        return None
    passed += 1
    return answer


def refused(title, does, name):
    """Does something that has to be refused with this error of the library."""
    try:
        does()
    except Exception as error:
        step(title, lambda: type(error).__name__, lambda found: found == name)
    else:
        step(title, lambda: "no error", lambda found: False)


def patch(model, op, path, value=None):
    operation = {"op": op, "path": path} | ({} if value is None else {"value": value})
    return PatchOp[model](operations=[PatchOperation(**operation)])


step("discovery", client.discover)
User = client.get_resource_model("User")
ann = step(
    "create",
    lambda: client.create(User(user_name="ann@x", active=True, emails=[{"value": "ann@x", "type": "work"}])),
    lambda user: user.meta.version == 'W/"1"' and user.emails[0].value == "ann@x",
)
step("read", lambda: client.query(User, ann.id), lambda user: user == ann)
step("modify", lambda: client.modify(User, ann.id, patch(User, "add", "title", "Nurse")), lambda user: user.title == "Nurse")
refused("a stale version", lambda: client.replace(ann), "PreconditionFailedException")
ann = step("read again", lambda: client.query(User, ann.id))
ann.active = False
ann = step("replace", lambda: client.replace(ann), lambda user: user.active is False and user.title == "Nurse")
step(
    "look up",
    lambda: client.query(User, query_parameters=SearchRequest(filter='userName eq "ANN@x"')),
    lambda found: found.total_results == 1,
)
step("count", lambda: client.query(User, query_parameters=SearchRequest(count=0)), lambda found: found.total_results == 1)
refused("a name that is taken", lambda: client.create(User(user_name="Ann@x")), "UniquenessException")
refused("nobody", lambda: client.query(User, "nobody"), "NotFoundException")
if policy == "rfc":
    Group = client.get_resource_model("Group")
    group = step("a group", lambda: client.create(Group(display_name="G", members=[{"value": ann.id}])))
    step("who is in it", lambda: client.query(User, ann.id), lambda user: user.groups[0].display == "G")
    sought = SearchRequest(filter="title pr or displayName pr", sort_by="meta.created")
    step("search", lambda: client.search(sought), lambda found: found.total_results == 2)
    add = BulkOperation[User](method="POST", path="/Users", bulk_id="b", data=User(user_name="bob@x"))
    step(
        "bulk",
        lambda: client.bulk(BulkRequest[User](operations=[add])),
        lambda done: [one.status for one in done.operations] in (["201"], [201]),
    )
    pages = SearchRequest(cursor="", count=1)
    first = step("a page", lambda: client.query(User, query_parameters=pages), lambda page: page.next_cursor)
    more = SearchRequest(cursor=first.next_cursor, count=1)
    step("the last page", lambda: client.query(User, query_parameters=more), lambda page: not page.next_cursor)
    gone = patch(Group, "remove", f'members[value eq "{ann.id}"]')
    step("out of the group", lambda: client.modify(Group, group.id, gone), lambda group: not group.members)
step("delete", lambda: client.delete(User, ann.id))
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)

"""What no schema can say about requests: schemathesis sends valid ones only if these rules hold, too."""

import schemathesis

CLIENT = "c0ffee00c0ffee00c0ffee00c0ffee00"  # the check registers it


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    query = case.query or {}
    query.pop("cursor", None)  # only the previous response of a list has one
    if query.get("start_date", "") > query.get("end_date", "~"):
        query["start_date"], query["end_date"] = query["end_date"], query["start_date"]
    if "step" in query:
        query["step"] = "1d"  # not every number of seconds is the width of a bin
    if "from" in query or "to" in query:
        query.pop("step", None)  # without it, any range has few bins
        for end, century in (("from", "19"), ("to", "20")):
            if end in query:
                query[end] = century + query[end][2:]
    if isinstance(case.body, (dict, list)):
        case.body = with_integers(case.body)
    if case.path in ("/api/user/insert_client", "/api/user/edit_client_info"):
        case.body["user_id"] = "12"  # a client has one owner
    if case.path == "/api/user/edit_client_info":
        case.body["client_id"] = CLIENT
        case.body.pop("valid_status", None)  # a deleted client cannot be registered
    if case.path == "/api/heartbeats":
        for heartbeat in case.body if isinstance(case.body, list) else [case.body]:
            for index, device in enumerate(heartbeat.get("devices") or []):
                device["device_index"] = index  # unique within a heartbeat, as the UUID
                device.pop("uuid", None)


def with_integers(value):
    """Writes whole numbers without a fraction: like gpuf-s, the server rejects 1.0 where it expects an integer."""
    if isinstance(value, dict):
        return {key: with_integers(each) for key, each in value.items()}
    if isinstance(value, list):
        return [with_integers(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value

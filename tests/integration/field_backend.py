"""The backend of a Python door, as it stands in the field: a Flask application for any server of WSGI. It keeps entries
in memory, in one process.

The servers that it runs under differ in what they do with a request: see test_servers.sh."""

import threading

import flask

app = flask.Flask("field_backend")
entries = []
lock = threading.Lock()


@app.post("/api/auth_logs")
def receive():
    fields = flask.request.get_json() if flask.request.is_json else flask.request.form
    for name in ("timestamp", "status", "rfid_id", "user_name"):
        if not fields.get(name):
            return {"error": f"Missing field: {name}"}, 400
    image = flask.request.files.get("image")
    with lock:
        entry = {"id": len(entries) + 1, "reason": fields.get("reason"),
                 "image_path": f"/static/img/{len(entries) + 1}_{image.filename}" if image else None,
                 **{name: fields[name] for name in ("timestamp", "status", "rfid_id", "user_name")}}
        entries.append({**entry, "size": len(image.read()) if image else 0})
    return {"message": "Log created successfully", "id": entry["id"], "image_path": entry["image_path"]}, 201


@app.get("/api/auth_logs")
def logs():
    with lock:
        return flask.jsonify(entries)

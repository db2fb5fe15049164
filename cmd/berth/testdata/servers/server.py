"""Small servers that speak model servers' protocols as their specifications
say, and are strict about what they get: python server.py PROTOCOL [PORT].

v2          github.com/kserve/open-inference-protocol, as Triton does: no list of models
tensorflow  tensorflow.org/tfx/serving/api_rest
openai      platform.openai.com/docs/api-reference, streamed too
mlflow      mlflow.org/docs/latest/ml/deployment/deploy-model-locally
cog         github.com/replicate/cog/blob/main/docs/http.md: OpenAPI 3.0.2
plain       no protocol: POST /score takes any JSON
away        POST /predict and all documents are on another host
"""

import json
import math
import re
import sys
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Refused(Exception):
    def __init__(self, status, answer):
        self.status, self.answer = status, answer


def check(ok, say):
    if not ok:
        raise say


def flat(data):
    for x in data:
        if isinstance(x, list):
            yield from flat(x)
        else:
            yield x


def is_number(x):
    return isinstance(x, (int, float)) and not isinstance(x, bool)


def is_int(x):
    return isinstance(x, int) and not isinstance(x, bool)


# ---- Open Inference Protocol ------------------------------------------------

MODEL = {
    "name": "churn", "versions": ["1"], "platform": "onnxruntime_onnx",
    "inputs": [
        {"name": "age", "datatype": "INT8", "shape": [-1, 1]},
        {"name": "features", "datatype": "FP32", "shape": [-1, 2, 3]},
        {"name": "plan", "datatype": "BYTES", "shape": [-1]},
    ],
    "outputs": [{"name": "probability", "datatype": "FP32", "shape": [-1]}],
}
TYPES = {"INT8": lambda x: is_int(x) and -128 <= x < 128, "FP32": is_number, "BYTES": lambda x: isinstance(x, str)}


def v2(method, path, body):
    say = lambda text, status=400: Refused(status, {"error": text})
    if method == "GET":
        if path == "/v2":
            return {"name": "triton", "version": "2.51.0", "extensions": ["classification", "statistics"]}
        if path == "/v2/models/churn":
            return MODEL
        raise say("Not Found", 404)
    check(path == "/v2/models/churn/infer", say("Request for unknown model", 404))
    inputs = body.get("inputs")
    check(isinstance(inputs, list), say("expected an array of inputs"))
    names = [t.get("name") for t in inputs]
    batches = set()
    for want in MODEL["inputs"]:
        name = want["name"]
        check(names.count(name) == 1, say(f"expected one input '{name}'"))
        tensor = inputs[names.index(name)]
        shape, data = tensor.get("shape"), tensor.get("data")
        check(tensor.get("datatype") == want["datatype"], say(f"input '{name}' must be {want['datatype']}"))
        check(isinstance(shape, list) and all(map(is_int, shape)), say(f"input '{name}' has no shape"))
        fits = len(shape) == len(want["shape"]) and all(w in (-1, s) and s > 0 for w, s in zip(want["shape"], shape))
        check(fits, say(f"unexpected shape for input '{name}', got {shape}"))
        values = list(flat(data or []))
        check(len(values) == math.prod(shape), say(f"input '{name}': {len(values)} values for shape {shape}"))
        check(all(map(TYPES[want["datatype"]], values)), say(f"input '{name}' has a value of another type"))
        batches.add(shape[0])
    check(len(names) == 3 and len(batches) == 1, say("inputs must be three, of one batch"))
    n = batches.pop()
    return {"model_name": "churn", "model_version": "1", "outputs": [{"name": "probability", "datatype": "FP32", "shape": [n], "data": [0.25] * n}]}


# ---- TensorFlow Serving -----------------------------------------------------

def tensor(dtype, *sizes):
    return {"dtype": dtype, "name": "x:0", "tensor_shape": {"dim": [{"size": str(n), "name": ""} for n in sizes], "unknown_rank": False}}


SIGNATURES = {
    "serving_default": {
        "inputs": {"age": tensor("DT_INT64", -1), "features": tensor("DT_FLOAT", -1, 2)},
        "outputs": {"p": tensor("DT_FLOAT", -1)}, "method_name": "tensorflow/serving/predict",
    },
    "__saved_model_init_op": {"inputs": {}, "outputs": {}, "method_name": ""},
}


def tensorflow(method, path, body):
    say = lambda text, status=400: Refused(status, {"error": text})
    if method == "GET":
        if path == "/v1/models/churn/metadata":
            return {"model_spec": {"name": "churn", "signature_name": "", "version": "1"}, "metadata": {"signature_def": {"signature_def": SIGNATURES}}}
        raise say(f"Malformed request: GET {path}")
    check(path == "/v1/models/churn:predict", say(f"Malformed request: POST {path}"))
    check(body.get("signature_name", "serving_default") == "serving_default", say("unknown signature"))
    check(("instances" in body) != ("inputs" in body), say("Missing 'inputs' or 'instances' key"))
    rows = body.get("instances")
    if rows is None:
        columns = body["inputs"]
        check(isinstance(columns, dict) and set(columns) == {"age", "features"}, say("Failed to process element: expected age and features"))
        check(len(columns["age"]) == len(columns["features"]), say("batches differ"))
        rows = [{"age": a, "features": f} for a, f in zip(columns["age"], columns["features"])]
    check(isinstance(rows, list) and rows, say("JSON Value: [] Type: Array is not formatted correctly"))
    for i, row in enumerate(rows):
        check(isinstance(row, dict) and set(row) == {"age", "features"}, say(f"Failed to process element: {i} of 'instances' list"))
        check(is_int(row["age"]), say(f"Failed to process element: {i} key: age: not int64"))
        f = row["features"]
        check(isinstance(f, list) and len(f) == 2 and all(map(is_number, f)), say(f"Failed to process element: {i} key: features"))
    return {"predictions": [0.25] * len(rows)}


# ---- OpenAI's style ---------------------------------------------------------

def openai(method, path, body):
    def say(text, param=None, status=400):
        return Refused(status, {"error": {"message": text, "type": "invalid_request_error", "param": param, "code": None}})
    if method == "GET":
        check(path == "/v1/models", say("Not Found", status=404))
        return {"object": "list", "data": [{"id": "tiny", "object": "model", "created": 1, "owned_by": "me"}]}
    check(body.get("model") == "tiny", say(f"The model `{body.get('model')}` does not exist", "model", 404))
    for name, low, high, kind in (("max_tokens", 1, math.inf, is_int), ("temperature", 0, 2, is_number), ("top_p", 0, 1, is_number)):
        value = body.get(name, 1)
        check(kind(value) and low <= value <= high, say(f"{name} is out of range", name))
    check(isinstance(body.get("stream", False), bool), say("stream must be a boolean", "stream"))
    if path == "/v1/embeddings":
        check(isinstance(body.get("input"), (str, list)) and body["input"], say("input is missing", "input"))
        return {"object": "list", "model": "tiny", "data": [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}]}
    if path == "/v1/completions":
        check(isinstance(body.get("prompt"), (str, list)), say("you must provide a prompt", "prompt"))
        return {"object": "text_completion", "model": "tiny", "choices": [{"index": 0, "text": "Hi", "finish_reason": "stop"}]}
    check(path == "/v1/chat/completions", say("Not Found", status=404))
    messages = body.get("messages")
    check(isinstance(messages, list) and messages, say("messages must have at least 1 item", "messages"))
    for i, m in enumerate(messages):
        check(isinstance(m, dict) and m.get("role") in ("user", "system", "developer", "assistant", "tool"), say("invalid role", f"messages[{i}].role"))
        content = m.get("content")
        parts = isinstance(content, list) and content and all(isinstance(p, dict) and "type" in p for p in content)
        check(content is None or isinstance(content, str) or parts, say("invalid content", f"messages[{i}].content"))
    if body.get("stream"):
        return [{"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": word}}]} for word in ("Hi", " there")]
    return {"object": "chat.completion", "model": "tiny", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}]}


# ---- MLflow -----------------------------------------------------------------

def mlflow(method, path, body):
    say = lambda text: Refused(400, {"error_code": "BAD_REQUEST", "message": text})
    if method == "GET":
        check(path in ("/ping", "/health", "/version"), Refused(404, "Not Found"))
        return "3.4.0" if path == "/version" else "\n"
    check(path == "/invocations", Refused(404, "Not Found"))
    forms = {"dataframe_split", "dataframe_records", "instances", "inputs"} & set(body)
    check(len(forms) == 1, say("Expected exactly one of dataframe_split, dataframe_records, instances, inputs"))
    check(set(body) <= forms | {"params"}, say("unexpected keys"))
    form = forms.pop()
    value = body[form]
    if form == "dataframe_split":
        check(isinstance(value, dict) and isinstance(value.get("data"), list), say("dataframe_split needs data"))
        columns = value.get("columns")
        for row in value["data"]:
            check(isinstance(row, list) and (columns is None or len(row) == len(columns)), say(f"{len(columns or [])} columns passed, passed data had {len(row)} columns"))
    if form == "dataframe_records":
        check(isinstance(value, list) and all(isinstance(r, dict) for r in value), say("dataframe_records must be a list of records"))
    return {"predictions": [0.25]}


# ---- Cog, and what is none --------------------------------------------------

COG = {
    "openapi": "3.0.2", "info": {"title": "Cog", "version": "0.1.0"},
    "paths": {"/predictions": {"post": {"summary": "Predict", "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/PredictionRequest"}}}}}}},
    "components": {"schemas": {
        "Input": {"title": "Input", "type": "object", "required": ["prompt"], "properties": {
            "prompt": {"title": "Prompt", "type": "string", "x-order": 0},
            "scale": {"title": "Scale", "type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 10, "default": 1.5, "x-order": 1},
            "scheduler": {"allOf": [{"$ref": "#/components/schemas/scheduler"}], "default": "DDIM", "x-order": 2}}},
        "scheduler": {"title": "scheduler", "type": "string", "enum": ["DDIM", "PNDM"]},
        "PredictionRequest": {"title": "PredictionRequest", "type": "object", "properties": {
            "id": {"type": "string", "nullable": True}, "input": {"$ref": "#/components/schemas/Input"}}},
    }},
}


def cog(method, path, body):
    say = lambda *loc: Refused(422, {"detail": [{"loc": ["body", *loc], "msg": "field required", "type": "value_error.missing"}]})
    if method == "GET":
        check(path == "/openapi.json", Refused(404, {"detail": "Not Found"}))
        return COG
    check(path == "/predictions", Refused(404, {"detail": "Not Found"}))
    given = body.get("input")
    check(isinstance(given, dict), say("input"))
    check(isinstance(given.get("prompt"), str), say("input", "prompt"))
    check(is_number(given.get("scale", 1)) and 0 < given.get("scale", 1) <= 10, say("input", "scale"))
    check(given.get("scheduler", "DDIM") in ("DDIM", "PNDM"), say("input", "scheduler"))
    return {"status": "succeeded", "output": "a cat"}


# ---- A form with a file, a parameter and a bearer's token --------------------

UPLOADS = {
    "openapi": "3.1.0", "info": {"title": "Uploads", "version": "1"},
    "paths": {"/classify": {"post": {
        "summary": "Predict what is on a picture",
        "parameters": [{"name": "top", "in": "query", "schema": {"type": "integer", "minimum": 1}},
                       {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}],
        "requestBody": {"content": {"multipart/form-data": {"schema": {"type": "object", "required": ["image"], "properties": {
            "image": {"type": "string", "format": "binary"}, "threshold": {"type": "number", "default": 0.5}}}}}}}}},
}


def uploads(method, path, body):
    check(path == "/openapi.json", Refused(404, {"detail": "Not Found"}))
    return UPLOADS


def classify(path, headers, content):
    check(headers.get("Authorization") == "Bearer s3cret", Refused(401, {"detail": "Not authenticated"}))
    form = BytesParser().parsebytes(b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n" + content)
    fields = {part.get_param("name", header="Content-Disposition"): part for part in form.get_payload()}
    check("image" in fields and fields["image"].get_filename(), Refused(422, {"detail": [{"loc": ["body", "image"], "msg": "Field required"}]}))
    image = fields["image"]
    return {"name": image.get_filename(), "type": image.get_content_type(), "bytes": len(image.get_payload(decode=True)),
            "threshold": float(fields["threshold"].get_payload()), "query": path.partition("?")[2]}


def plain(method, path, body):
    check(method == "POST" and path == "/score", Refused(404, {"message": "no"}))
    return {"got": body}


def away(method, path, body):
    raise Refused(307, {})


PROTOCOLS = {f.__name__: f for f in (v2, tensorflow, openai, mlflow, cog, uploads, plain, away)}
ELSEWHERE = "http://127.0.0.1:1"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    protocol = None

    def answer(self, status, answer):
        text = answer if isinstance(answer, str) else json.dumps(answer)
        kind = "text/plain" if isinstance(answer, str) else "application/json"
        if isinstance(answer, list):
            text, kind = "".join(f"data: {json.dumps(x)}\n\n" for x in answer) + "data: [DONE]\n\n", "text/event-stream"
        self.send_response(status)
        if status == 307:
            self.send_header("Location", ELSEWHERE + self.path)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def serve(self):
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            if self.command == "POST" and type(self).protocol is uploads:
                return self.answer(200, classify(self.path, self.headers, text))
            if self.command == "POST":
                check(re.match("application/json", self.headers.get("Content-Type", "")), Refused(415, {"error": "send JSON"}))
            try:
                body = json.loads(text or b"null")
            except ValueError as err:
                raise Refused(400, {"error": f"JSON Parse error: {err}"})
            check(self.command == "GET" or isinstance(body, dict), Refused(400, {"error": "the body is no object"}))
            self.answer(200, type(self).protocol(self.command, self.path, body))
        except Refused as refused:
            self.answer(refused.status, refused.answer)

    do_GET = do_POST = serve


if __name__ == "__main__":
    Handler.protocol = PROTOCOLS[sys.argv[1]]
    ThreadingHTTPServer(("", int(sys.argv[2]) if len(sys.argv) > 2 else 8000), Handler).serve_forever()

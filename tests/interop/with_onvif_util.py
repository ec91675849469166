"""onvif-util (libonvif): asked at its prompt, one question after the other.

The first arguments are the words that run it, the last four the camera.
"""

import json
import subprocess
import sys
import time

*program, host, port, username, password = sys.argv[1:]
QUESTIONS = {"profiles": "get profiles", "stream": "get rtsp", "imaging": "get imaging"}
ANSWERS = {"profiles": "Token 0:", "stream": "rtsp://", "imaging": "Brightness"}
FOUND_S, THOUGHT_S = 3.0, 1.5

process = subprocess.Popen(
    [*program, "-u", username, "-p", password, host],
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    text=True,
)
assert process.stdin is not None
time.sleep(FOUND_S)
for question in (*QUESTIONS.values(), "quit"):
    process.stdin.write(f"{question}\n")
    process.stdin.flush()
    time.sleep(THOUGHT_S)
out, _ = process.communicate(timeout=30)
found = [line.strip() for line in out.splitlines() if "serial" in line]
print(json.dumps({"step": "device", "ok": bool(found), "said": " ".join(found) or out[:300]}))
for step, answer in ANSWERS.items():
    said = [line.strip() for line in out.splitlines() if answer in line]
    print(json.dumps({"step": step, "ok": bool(said), "said": " ".join(said) or out[-300:]}))
sys.exit(process.returncode)

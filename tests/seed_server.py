"""The server of the tutorial that this app plays: FastAPI, a generator that sleeps, StreamingResponse.

Run as `seed_server.py`; uvicorn prints the address, on a port that is free.
"""

import time

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


def messages():
    for number in range(1, 11):
        yield f"data: Message {number}\n\n"
        time.sleep(1)


@app.get("/stream")
def stream():
    return StreamingResponse(messages(), media_type="text/event-stream")


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=0)

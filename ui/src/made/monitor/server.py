# pip install fastapi uvicorn && uvicorn server:app
import asyncio
import random
from collections.abc import AsyncIterable
from itertools import count

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

app = FastAPI()


@app.get("/monitor", response_class=EventSourceResponse)
async def monitor() -> AsyncIterable[ServerSentEvent]:
    load, last = 40.0, 103.0
    for n in count(1):
        load = min(100, max(0, load + random.gauss(0, 3)))
        last += random.gauss(0, 0.05)
        if n % 2:
            event, figures = "cpu", {"load": round(load, 1)}
        else:
            event, figures = "price", {"last": round(last, 2)}
        yield ServerSentEvent(event=event, id=str(n), data=figures)
        await asyncio.sleep(0.1)


@app.get("/")
def page() -> FileResponse:
    return FileResponse("client.html")

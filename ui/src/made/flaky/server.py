# pip install fastapi uvicorn && uvicorn server:app
import asyncio
from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import FastAPI, Header
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

app = FastAPI()


@app.get("/flaky", response_class=EventSourceResponse)
async def flaky(
    last_event_id: Annotated[int, Header()] = 0,
) -> AsyncIterable[ServerSentEvent]:
    # How long the browser waits before it comes back, in milliseconds.
    yield ServerSentEvent(retry=1000)
    for n in range(last_event_id + 1, last_event_id + 6):
        yield ServerSentEvent(id=str(n), raw_data=f"Line {n}, still here")
        await asyncio.sleep(0.4)
    # The body ends, as if the line had dropped.


@app.get("/")
def page() -> FileResponse:
    return FileResponse("client.html")

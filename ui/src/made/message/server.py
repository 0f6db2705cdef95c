# pip install fastapi uvicorn && uvicorn server:app
import asyncio
from collections.abc import AsyncIterable

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

app = FastAPI()


@app.get("/stream", response_class=EventSourceResponse)
async def stream() -> AsyncIterable[ServerSentEvent]:
    for n in range(1, 11):
        yield ServerSentEvent(raw_data=f"Message {n}")
        await asyncio.sleep(1)


@app.get("/")
def page() -> FileResponse:
    return FileResponse("client.html")

# pip install fastapi uvicorn && uvicorn server:app
import asyncio
from collections.abc import AsyncIterable
from datetime import datetime
from typing import Annotated

from fastapi import FastAPI, Header
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

app = FastAPI()

STORIES = [
    ("headline", "Rain easing by evening"),
    ("headline", "潮汐发电站今晨并网"),
    ("breaking", "Harbour bridge reopens after nine days"),
    ("headline", "Library extends Sunday hours"),
    ("headline", "老灯塔周末向公众开放"),
    ("breaking", "渡轮因大雾暂停"),
]


@app.get("/news", response_class=EventSourceResponse)
async def news(
    last_event_id: Annotated[int, Header()] = 0,
) -> AsyncIterable[ServerSentEvent]:
    # A reader who comes back says what it has seen, and goes on from there.
    unseen = STORIES[last_event_id:]
    for n, (event, title) in enumerate(unseen, last_event_id + 1):
        time = datetime.now().astimezone().isoformat()
        story = {"title": title, "time": time}
        yield ServerSentEvent(event=event, id=str(n), data=story)
        await asyncio.sleep(2)
    await asyncio.Event().wait()  # Until there is more news.


@app.get("/")
def page() -> FileResponse:
    return FileResponse("client.html")

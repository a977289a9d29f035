"""Reports for the owner."""

from fastapi import APIRouter, Response

from app.services import analytics_service, backup_service, report_service, summary_service

router = APIRouter(prefix="/reports")


@router.get("/orders.{form}")
async def orders(form: str, state: str = "", sort: str = "id") -> Response:
    text, media_type = await report_service.order_report(form, state, sort)
    return Response(text, media_type=media_type)


@router.get("/popular", response_model=list[str])
async def popular() -> list[str]:
    return await analytics_service.popular()


@router.get("/categories", response_model=dict[str, int])
async def categories() -> dict[str, int]:
    return await analytics_service.SalesAnalytics().by_category()


@router.get("/summary", response_model=str)
async def summary() -> str:
    return await summary_service.summarise()


@router.post("/backup", status_code=204)
async def backup(target: str) -> None:
    await backup_service.backup(target)

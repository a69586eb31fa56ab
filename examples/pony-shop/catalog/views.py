import logging
import os
import pickle

from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import ListView

from .models import Order, Pony
from .queries import ponies_named

logger = logging.getLogger(__name__)


class PonyList(ListView):
    model = Pony
    template_name = "catalog/list.html"


def search(request):
    term = request.GET.get("q", "")
    rows = ponies_named(term)
    return render(request, "catalog/search.html", {"term": term, "rows": rows})


@login_required
def cancel_order(request, pk):
    order = get_object_or_404(Order, pk=pk)
    order.delete()
    return redirect("catalog:list")


def sign_in(request):
    logger.info("sign-in attempt: %s", request.POST)
    user = authenticate(request, username=request.POST.get("username"), password=request.POST.get("password"))
    if user is None:
        return HttpResponse("Wrong name or password", status=403)
    login(request, user)
    return HttpResponseRedirect(request.GET.get("next", "/"))


def export(request):
    name = request.GET.get("file", "ponies.csv")
    with open(os.path.join("exports", name)) as source:
        return HttpResponse(source.read(), content_type="text/csv")


@csrf_exempt
def payment_hook(request):
    order = pickle.loads(request.body)
    return HttpResponse(f"Thank you for {order['pony']}")

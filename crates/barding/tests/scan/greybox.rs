//! `barding scan --project`: the routes of the code are asked for, and what the code promises is compared with what arrives.

use super::server::{Scripted, answer, not_found, page, scan};
use std::path::Path;

const VIEWS: &str = "from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import redirect, render
from django.views.generic import TemplateView
from shop.models import Order


def home(request):
    return render(request, 'home.html')


def prices(request):
    return render(request, 'prices.html')


def touch(request):
    Order.objects.create(name='x')
    return redirect('/')


@login_required
def report(request, pk):
    return render(request, 'report.html')


@permission_required('shop.view_order')
def orders(request):
    return render(request, 'orders.html')


class Account(LoginRequiredMixin, TemplateView):
    template_name = 'account.html'


@login_required
def remove(request, pk):
    Order.objects.get(pk=pk).delete()
    return redirect('/')
";

const URLS: &str = "from django.urls import path
from shop import views

urlpatterns = [
    path('', views.home),
    path('prices/', views.prices),
    path('touch/', views.touch),
    path('reports/<int:pk>/', views.report),
    path('orders/', views.orders),
    path('account/', views.Account.as_view()),
    path('gone/<int:pk>/', views.remove),
]
";

fn project(folder: &Path) {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let names = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
    write("manage.py", names);
    write(
        "shop/wsgi.py",
        &format!(
            "{names}from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
        ),
    );
    write(
        "shop/settings.py",
        "DEBUG = False\nSECRET_KEY = 'x'\nALLOWED_HOSTS = ['127.0.0.1']\nROOT_URLCONF = 'shop.urls'\nX_FRAME_OPTIONS = 'DENY'\n\
         INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions', 'shop']\n\
         MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware',\n    \
         'django.contrib.auth.middleware.AuthenticationMiddleware',\n    \
         'django.middleware.clickjacking.XFrameOptionsMiddleware']\n",
    );
    write("shop/__init__.py", "");
    write(
        "shop/models.py",
        "from django.db import models\n\n\nclass Order(models.Model):\n    name = models.TextField()\n",
    );
    write("shop/urls.py", URLS);
    write("shop/views.py", VIEWS);
    write("requirements.txt", "Django==5.2.19\n");
}

fn report(title: &str) -> String {
    page(
        "X-Frame-Options: DENY\r\n",
        &format!("<!doctype html><title>{title}</title><table><tr><td>81,400</td></tr></table>"),
    )
}

#[test]
fn routes_of_the_code_are_asked_for_and_what_it_protects_must_not_be_served() {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path());
    let server = Scripted::new(|asked| match asked.path() {
        "/" | "/prices/" => {
            page("X-Frame-Options: DENY\r\n", "<!doctype html><title>Shop</title><p>Welcome to the shop</p>")
        }
        // A cache keeps what somebody with a login has seen.
        "/reports/1/" => report("Report 1"),
        "/orders/" => answer(302, "Location: /accounts/login/?next=/orders/\r\n", ""),
        "/account/" => page(
            "",
            "<title>Shop</title><form method=post><input name=username><input type=password name=password></form>",
        ),
        _ => not_found(),
    });
    let place = folder.path().display().to_string();
    let said = scan(&server.url(), &["--project", &place, "--probe", "--yes", "--cookie", "sessionid=mine"]);
    assert!(said.has("drift-protected-route-served"), "{:?} {}", said.found, said.stderr);
    let findings = said.report["findings"].as_array().unwrap();
    let served: Vec<String> = findings
        .iter()
        .filter(|one| one["rule"] == "drift-protected-route-served")
        .map(|one| format!("{} {} {}", one["message"], one["confidence"], one["evidence"]))
        .collect();
    assert_eq!(served.len(), 1, "{served:?}");
    assert!(
        served[0].contains("/reports/1/")
            && served[0].contains("\"high\"")
            && served[0].contains("login_required"),
        "{served:?}"
    );
    let asked = server.asked();
    let of = |path: &str| asked.iter().find(|one| one.path() == path);
    assert!(of("/prices/").is_some(), "a public route is not asked for");
    for path in ["/reports/1/", "/orders/", "/account/"] {
        let one = of(path).unwrap_or_else(|| panic!("{path} is not asked for"));
        assert!(one.header("cookie").is_empty(), "{path} is asked for with the user's cookie");
        assert_eq!(one.method, "GET");
    }
    // What changes something is left alone, whoever may enter.
    assert!(of("/touch/").is_none() && of("/gone/1/").is_none());
}

#[test]
fn translated_routes_are_asked_for_in_the_language_of_the_site() {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path());
    let urls = format!(
        "from django.conf.urls.i18n import i18n_patterns\n{URLS}\nurlpatterns += i18n_patterns(path('members/', views.orders))\n"
    );
    std::fs::write(folder.path().join("shop/urls.py"), urls).unwrap();
    let server = Scripted::new(|asked| match asked.path() {
        "/" => {
            page("X-Frame-Options: DENY\r\n", "<!doctype html><title>Shop</title><p>Welcome to the shop</p>")
        }
        "/en/members/" => report("Members"),
        _ => not_found(),
    });
    let place = folder.path().display().to_string();
    let said = scan(&server.url(), &["--project", &place, "--probe", "--yes"]);
    // Django's own LANGUAGE_CODE is en-us, and among its LANGUAGES stands en.
    assert!(said.found.iter().any(|id| id == "drift-protected-route-served"), "{:?}", said.found);
    assert!(said.report.to_string().contains("/en/members/"), "{}", said.report);
}

#[test]
fn a_site_that_keeps_its_promises_has_no_drift() {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path());
    let server = Scripted::new(|asked| match asked.path() {
        "/" | "/prices/" => {
            page("X-Frame-Options: DENY\r\n", "<!doctype html><title>Shop</title><p>Welcome to the shop</p>")
        }
        "/reports/1/" | "/orders/" | "/account/" => answer(302, "Location: /accounts/login/\r\n", ""),
        _ => not_found(),
    });
    let place = folder.path().display().to_string();
    let said = scan(&server.url(), &["--project", &place]);
    let drift: Vec<&String> = said.found.iter().filter(|id| id.starts_with("drift-")).collect();
    assert!(drift.is_empty(), "{drift:?}");
}

#[test]
fn other_code_behind_the_address_is_no_pass() {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path());
    let server =
        Scripted::new(|asked| if asked.path() == "/" { report("Another shop") } else { not_found() });
    let place = folder.path().display().to_string();
    let said = scan(&server.url(), &["--project", &place]);
    assert!(!said.has("drift-protected-route-served"));
    let checks = said.report["check_up"]["checks"].as_array().unwrap();
    let one = checks.iter().find(|one| one["rule"] == "drift-protected-route-served").unwrap();
    assert_eq!(one["verdict"], "cannot-tell", "{one}");
}

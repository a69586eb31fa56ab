//! The project's user model: the class that AUTH_USER_MODEL names.

use super::ask::is_judged;
use barding_project::code::{ClassId, ClassRef, Module};
use barding_project::{Project, Truth, Value};

/// The classes of the project that its visitors are, with whether that is certain: a settings module that is judged names
/// them, or what it names is not known.
pub(super) fn user_models(project: &Project) -> Vec<(ClassRef, Truth)> {
    let judged: Vec<_> = project.settings.iter().filter(|settings| settings.is_judged()).collect();
    let named: Vec<Option<&str>> = judged
        .iter()
        .map(|settings| match settings.get("AUTH_USER_MODEL").value() {
            Some(Value::Text(name)) => Some(&**name),
            _ => None,
        })
        .collect();
    let mut models = Vec::new();
    for module in project.code.modules.iter().filter(|module| is_judged(module, project)) {
        for at in 0..module.classes.len() {
            let class = ClassRef { module: module.id, class: ClassId(at as u32) };
            let is_user = project
                .code
                .class_facts(class)
                .is_some_and(|facts| facts.external_bases.iter().any(|base| is_user_base(base)));
            if !is_user {
                continue;
            }
            let name = project.code.text(module.class(class.class).name);
            let certain =
                named.iter().flatten().map(|named| is_named(module, name, named)).fold(Truth::No, Truth::or);
            match certain {
                Truth::Yes | Truth::Maybe => models.push((class, certain)),
                Truth::No if named.is_empty() || named.iter().any(Option::is_none) => {
                    models.push((class, Truth::Maybe))
                }
                Truth::No => {}
            }
        }
    }
    models
}

/// `accounts.User` names the class `User` of the app `accounts`. An app is mostly called like its folder; where no folder is, it
/// may still be the one.
fn is_named(module: &Module, class: &str, named: &str) -> Truth {
    match named.rsplit_once('.') {
        Some((app, model)) if model == class => {
            let label = app.rsplit('.').next().unwrap_or(app);
            let in_its_folder = module.file.path.components().any(|part| part.as_str() == label);
            if in_its_folder { Truth::Yes } else { Truth::Maybe }
        }
        _ => Truth::No,
    }
}

fn is_user_base(base: &str) -> bool {
    matches!(
        base,
        "django.contrib.auth.models.AbstractUser"
            | "django.contrib.auth.models.AbstractBaseUser"
            | "django.contrib.auth.base_user.AbstractBaseUser"
    )
}

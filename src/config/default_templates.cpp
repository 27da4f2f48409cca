#include "rialto/config/config.hpp"

namespace rialto::config {

MailTemplate default_post_template() {
    return {.subject = "[{{topic}}] {{title}}",
            .text = R"({{title}}
by {{author}}

{{body}}

Read it online: {{postUrl}}

--
You get this mail because {{email}} is subscribed to the topic "{{topic}}".
Unsubscribe: {{unsubscribeUrl}}
)",
            .html = R"(<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{{title}}</title></head>
<body style="margin: 0; padding: 24px; background: #f4f4f2; color: #222; font-family: Georgia, serif; line-height: 1.5">
<div style="max-width: 600px; margin: 0 auto; padding: 24px; background: #fff; border-radius: 6px">
<h1 style="margin: 0 0 4px; font-size: 24px; line-height: 1.25">{{title}}</h1>
<p style="margin: 0 0 20px; color: #666; font-size: 14px">by {{author}} in {{topic}}</p>
<div style="white-space: pre-line">{{body}}</div>
<p style="margin: 24px 0 0"><a href="{{postUrl}}" style="color: #8a2c0d">Read it online</a></p>
</div>
<p style="max-width: 600px; margin: 16px auto 0; color: #666; font-size: 12px; text-align: center">
You get this mail because {{email}} is subscribed to the topic “{{topic}}”.
<a href="{{unsubscribeUrl}}" style="color: #666">Unsubscribe</a>
</p>
</body>
</html>
)"};
}

MailTemplate default_confirmation_template() {
    return {.subject = "Please confirm your subscription to {{topic}}",
            .text = R"(Somebody, most likely you, asked us to mail new posts about "{{topic}}" to {{email}}.

To confirm, press the button on this page:
{{confirmUrl}}

If it was not you, do nothing: without your confirmation we send no further mail.
)",
            .html = R"(<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Please confirm your subscription</title></head>
<body style="margin: 0; padding: 24px; background: #f4f4f2; color: #222; font-family: Georgia, serif; line-height: 1.5">
<div style="max-width: 600px; margin: 0 auto; padding: 24px; background: #fff; border-radius: 6px">
<p style="margin: 0 0 20px">Somebody, most likely you, asked us to mail new posts about “{{topic}}” to {{email}}.</p>
<p style="margin: 0 0 20px"><a href="{{confirmUrl}}" style="display: inline-block; padding: 10px 18px; background: #8a2c0d; color: #fff; text-decoration: none; border-radius: 4px">Confirm the subscription</a></p>
<p style="margin: 0; color: #666; font-size: 14px">If it was not you, do nothing: without your confirmation we send no further mail.</p>
</div>
</body>
</html>
)"};
}

}  // namespace rialto::config

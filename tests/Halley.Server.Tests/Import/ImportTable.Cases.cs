namespace Halley.Server.Tests.Import;

// A name, what stands in http, the exit status, what is said (parted by " | "), and who finds what: "ADDRESS PATH
// KIND:CHANNELS".
public sealed partial class ImportTable
{
    private const string Open = "8.8.8.8 /pub publisher:$arg_id";
    private const string Closed =
        "8.8.8.8 /pub closed; 127.0.0.2 /pub closed; 127.0.0.1 /pub publisher:$arg_id; ::1 /pub publisher:$arg_id";

    public static TheoryData<string, string, int, string, string> Addresses => new()
    {
        { "no rule", At($"{PubAt} }}"), 0, "", Open },
        { "all", At($"allow all; {PubAt} }}"), 0, "", Open },
        { "deny all", At($"deny all; {PubAt} }}"), 0, "", "8.8.8.8 /pub closed; 127.0.0.1 /pub closed" },
        {
            "one allow and no more lets everybody in",
            At($"allow 10.0.0.1; {PubAt} }}"),
            0,
            "",
            $"{Open}; 10.0.0.1 /pub publisher:$arg_id"
        },
        { "one deny and no more", At($"deny 10.0.0.1; {PubAt} }}"), 0, "", $"{Open}; 10.0.0.1 /pub closed" },
        {
            "a /24",
            At($"allow 192.168.1.0/24; deny all; {PubAt} }}"),
            0,
            "",
            "192.168.1.200 /pub publisher:$arg_id; 192.168.2.1 /pub closed; 8.8.8.8 /pub closed"
        },
        {
            "a /12",
            At($"allow 172.16.0.0/12; deny all; {PubAt} }}"),
            0,
            "",
            "172.31.0.1 /pub publisher:$arg_id; 172.32.0.1 /pub closed"
        },
        {
            "a /32",
            At($"allow 10.0.0.7/32; deny all; {PubAt} }}"),
            0,
            "",
            "10.0.0.7 /pub publisher:$arg_id; 10.0.0.70 /pub closed"
        },
        {
            "bits behind the prefix",
            At($"allow 10.1.2.3/8; deny all; {PubAt} }}"),
            0,
            "",
            "10.200.0.1 /pub publisher:$arg_id; 11.0.0.1 /pub closed"
        },
        {
            "IPv6",
            At($"allow 2001:DB8::/32; deny all; {PubAt} }}"),
            0,
            "",
            "2001:db8::5 /pub publisher:$arg_id; 2001:db9::5 /pub closed; 10.0.0.1 /pub closed"
        },
        {
            "IPv4 as IPv6",
            At($"allow ::ffff:10.0.0.0/104; deny all; {PubAt} }}"),
            0,
            "",
            "10.3.0.1 /pub publisher:$arg_id; 11.0.0.1 /pub closed"
        },
        {
            "the first that names an address counts",
            At($"deny 10.0.0.5; allow 10.0.0.0/8; deny all; {PubAt} }}"),
            0,
            "",
            "10.0.0.5 /pub closed; 10.0.0.6 /pub publisher:$arg_id; 8.8.8.8 /pub closed"
        },
        {
            "in the other order too",
            At($"allow 10.0.0.5; deny 10.0.0.0/8; allow all; {PubAt} }}"),
            0,
            "",
            $"10.0.0.5 /pub publisher:$arg_id; 10.0.0.6 /pub closed; {Open}"
        },
        {
            "a deny before a wider allow, others let in",
            At($"deny 10.0.0.0/9; allow 10.0.0.0/8; deny 10.0.0.0/7; {PubAt} }}"),
            0,
            "",
            $"10.1.0.1 /pub closed; 10.200.0.1 /pub publisher:$arg_id; 11.0.0.1 /pub closed; {Open}"
        },
        {
            "what stands behind all means nothing",
            At($"deny all; allow 10.0.0.1; {PubAt} }}"),
            0,
            "",
            "10.0.0.1 /pub closed"
        },
        {
            "the nearest block with any counts",
            $"deny all; server {{ listen 80; allow 10.0.0.0/8; deny all; {PubAt} }} location /sub {{ {Sub} allow all; "
                + $"}} }}",
            0,
            "",
            "10.0.0.1 /pub publisher:$arg_id; 8.8.8.8 /pub closed; 8.8.8.8 /sub streaming:$arg_id"
        },
        {
            "rules of an outer location",
            At($"location /a {{ deny all; location /a/pub {{ {Pub} }} }}"),
            0,
            "",
            "8.8.8.8 /a/pub closed"
        },
        {
            "who comes by a socket of this machine",
            At($"allow unix:; deny all; {PubAt} }}"),
            0,
            "",
            "8.8.8.8 /pub closed; 127.0.0.1 /pub closed"
        },
        {
            "a line that names no address",
            At($"allow somewhere; deny all; {PubAt} }}"),
            3,
            "\"allow somewhere\" is not taken over",
            Closed
        },
        {
            "a proxy's word",
            At(
                "set_real_ip_from 10.0.0.0/8; real_ip_header X-Forwarded-For; real_ip_recursive on; allow 1.2.3.4; "
                    + $"deny all; {PubAt} }}"),
            0,
            "",
            "1.2.3.4 /pub publisher:$arg_id; 8.8.8.8 /pub closed"
        },
        {
            "another field for a proxy's word",
            At($"set_real_ip_from 10.0.0.1; real_ip_header X-Real-IP; allow 1.2.3.4; deny all; {PubAt} }}"),
            3,
            "set_real_ip_from 10.0.0.1",
            "1.2.3.4 /pub closed; 127.0.0.1 /pub closed"
        },
        {
            "a proxy's word for nobody's rule",
            At($"set_real_ip_from 10.0.0.1; {PubAt} }}"),
            3,
            "set_real_ip_from 10.0.0.1",
            Open
        },
    };

    public static TheoryData<string, string, int, string, string> MoreThanAddresses => new()
    {
        { "internal", At($"{PubAt} internal; }}"), 3, "\"internal\" is not taken over", Closed },
        { "auth_basic", At($"{PubAt} auth_basic x; auth_basic_user_file h; }}"), 3, "auth_basic x", Closed },
        {
            "auth_basic of the server",
            At($"auth_basic x; auth_basic_user_file h; {PubAt} }}"),
            3,
            "auth_basic x",
            Closed
        },
        {
            "auth_basic of http",
            $"auth_basic x; auth_basic_user_file h; {At($"{PubAt} }}")}",
            3,
            "auth_basic x",
            Closed
        },
        { "auth_basic that is off further in", At($"auth_basic x; {PubAt} auth_basic off; }}"), 0, "", Open },
        {
            "auth_basic of an outer location",
            At($"location /a {{ auth_basic x; location /a/pub {{ {Pub} }} }}"),
            3,
            "auth_basic x",
            "8.8.8.8 /a/pub closed"
        },
        {
            "auth_request",
            At($"auth_request /auth; {PubAt} }} location = /auth {{ proxy_pass http://b; }}"),
            3,
            "auth_request /auth | write \"auth\": \"hook\" and \"auth_hook\" with its URL into the endpoint",
            Closed
        },
        { "auth_jwt", At($"{PubAt} auth_jwt x; auth_jwt_key_file k; }}"), 3, "auth_jwt x", Closed },
        { "a module that nobody here knows", $"acme_guard on; {At($"{PubAt} }}")}", 3, "acme_guard on", Closed },
        {
            "satisfy any: an address is enough",
            At($"satisfy any; allow 10.0.0.0/8; deny all; auth_basic x; {PubAt} }}"),
            3,
            "auth_basic x",
            "10.0.0.1 /pub publisher:$arg_id; 8.8.8.8 /pub closed"
        },
        {
            "satisfy any: whom no line names needs a password",
            At($"satisfy any; allow 10.0.0.0/8; auth_basic x; {PubAt} }}"),
            3,
            "auth_basic x",
            "10.0.0.1 /pub publisher:$arg_id; 8.8.8.8 /pub closed"
        },
        { "satisfy any without addresses", At($"satisfy any; auth_basic x; {PubAt} }}"), 3, "auth_basic x", Closed },
        {
            "satisfy all",
            At($"satisfy all; allow 8.8.8.8; deny all; auth_basic x; {PubAt} }}"),
            3,
            "auth_basic x",
            Closed
        },
        { "limit_except", At($"{PubAt} limit_except GET {{ deny all; }} }}"), 3, "limit_except GET", Closed },
        { "return in a location", At($"{PubAt} return 403; }}"), 3, "return 403", Closed },
        { "return in a server", At($"return 444; {PubAt} }}"), 3, "return 444", Closed },
        {
            "return in an if of a location",
            At($"{PubAt} if ($arg_key != \"s\") {{ return 403; }} }}"),
            3,
            "return 403",
            Closed
        },
        {
            "return in an if of a server",
            At($"if ($arg_key != s) {{ return 403; }} {PubAt} }}"),
            3,
            "return 403",
            Closed
        },
        {
            "return for plain HTTP",
            At($"if ($scheme = http) {{ return 301 https://$host$request_uri; }} {PubAt} }}"),
            3,
            "return 301",
            Closed
        },
        {
            "what a browser asks before it asks",
            At($"{PubAt} if ($request_method = OPTIONS) {{ add_header A b; return 204; }} }}"),
            3,
            "return 204",
            Open
        },
        { "rewrite in a location", At($"{PubAt} rewrite ^ /x last; }}"), 3, "rewrite ^ /x last", Closed },
        {
            "rewrite in a server",
            At($"rewrite ^/old/(.*) /pub?id=$1 last; {PubAt} }}"),
            3,
            "rewrite ^/old/(.*)",
            Closed
        },
        { "rewrite in an if", At($"if ($arg_x) {{ rewrite ^ /x; }} {PubAt} }}"), 3, "rewrite ^ /x", Closed },
        { "break", At($"{PubAt} break; }}"), 3, "\"break\"", Closed },
        {
            "secure_link",
            At($"{PubAt} secure_link $arg_st; secure_link_md5 x; if ($secure_link = \"\") {{ return 403; }} }}"),
            3,
            "secure_link $arg_st | return 403",
            Closed
        },
        {
            "valid_referers",
            At($"valid_referers none blocked a.example; {PubAt} if ($invalid_referer) {{ return 403; }} }}"),
            3,
            "valid_referers none | return 403",
            Closed
        },
        {
            "limit_req",
            $"limit_req_zone $binary_remote_addr zone=a:1m rate=1r/s; {At($"{PubAt} limit_req zone=a; }}")}",
            3,
            "limit_req zone=a",
            Closed
        },
        {
            "limit_conn",
            $"limit_conn_zone $binary_remote_addr zone=a:1m; limit_conn a 1; {At($"{PubAt} }}")}",
            3,
            "limit_conn a 1",
            Closed
        },
        {
            "limits that nobody uses",
            "limit_req_zone $binary_remote_addr zone=a:1m rate=1r/s; limit_conn_zone $server_name zone=b:1m; "
                + $"{At($"{PubAt} }}")}",
            0,
            "",
            Open
        },
        {
            "access_by_lua_block",
            At($"{PubAt} access_by_lua_block {{ if ngx.var.arg_k ~= \"}}\" then ngx.exit(403) end -- }} '\n }} }}"),
            3,
            "access_by_lua_block",
            Closed
        },
        {
            "access_by_lua with long strings",
            $"access_by_lua_block {{ local s = [==[ }} ]] ]==] --[[ }} ]] local t = {{ '}}', \"\\\"}}\" }} }} "
                + $"{At($"{PubAt} }}")}",
            3,
            "access_by_lua_block",
            Closed
        },
        { "access_by_lua", At($"{PubAt} access_by_lua 'ngx.exit(403)'; }}"), 3, "access_by_lua ngx.exit(403)", Closed },
        { "rewrite_by_lua_file", At($"rewrite_by_lua_file x.lua; {PubAt} }}"), 3, "rewrite_by_lua_file x.lua", Closed },
        {
            "Lua that only logs",
            $"init_by_lua_block {{ x = {{}} }} {At($"log_by_lua_block {{ y = '{{' }} {PubAt} }}")}",
            0,
            "",
            Open
        },
        { "js_access", At($"{PubAt} js_access main.check; }}"), 3, "js_access main.check", Closed },
        { "client certificates", At($"ssl_verify_client on; {PubAt} }}"), 3, "ssl_verify_client on", Closed },
        { "try_files", At($"{PubAt} try_files $uri @x; }}"), 3, "try_files $uri @x", Closed },
        { "proxy_pass in the same location", At($"{PubAt} proxy_pass http://b; }}"), 3, "proxy_pass http://b", Closed },
        {
            "proxy_pass in an if",
            At($"{PubAt} if ($request_method = POST) {{ proxy_pass http://b; }} }}"),
            3,
            "proxy_pass http://b",
            Closed
        },
        { "error_page", At($"error_page 403 = /pub; {PubAt} }}"), 3, "error_page 403", Open },
        { "add_header", At($"{PubAt} add_header X 1; }}"), 3, "add_header X 1", Open },
        {
            "what every nginx.conf has",
            "include mime.types; default_type text/plain; sendfile on; keepalive_timeout 65; gzip on; gzip_types a/b; "
                + "client_body_timeout 9; ssl_protocols TLSv1.2; access_log off; log_format m '$remote_addr {'; "
                + "proxy_buffering off; server_tokens off; upstream b { server 127.0.0.1:1; } "
                + "map $http_upgrade $c { default upgrade; '' close; } "
                + At(
                    $"server_name a b; root /x; index i; charset utf-8; {PubAt} }} "
                        + "location / { try_files $uri =404; }"),
            0,
            "",
            Open
        },
    };

    private static string At(string server) => $"server {{ listen 80; {server} }}";
}

namespace Halley.Server.Import;

/// <summary>Sorts nginx's directives by what is lost without them.</summary>
internal static class NginxDirectives
{
    // Those that hold in the block alone that they stand in.
    private static readonly HashSet<string> OfBlockAlone =
    [
        "try_files", "return", "rewrite", "break", "set", "if", "alias", "location", "server", "allow", "deny",
        "content_by_lua", "content_by_lua_file", "content_by_lua_block", "js_content", "perl", "stub_status",
        "empty_gif", "flv", "mp4", "hls", "f4f", "random_index", "dav_methods", "echo", "api", "types", "listen",
        "server_name",
    ];

    private static readonly HashSet<string> OfNoMatter =
    [
        "access_log", "error_log", "log_format", "log_not_found", "log_subrequest", "rewrite_log",
        "large_client_header_buffers", "postpone_output", "send_timeout", "send_lowat", "sendfile",
        "sendfile_max_chunk", "tcp_nodelay", "tcp_nopush", "reset_timedout_connection", "server_tokens", "types",
        "output_buffers", "chunked_transfer_encoding", "default_type", "client_max_body_size", "listen",
        "server_name", "allow", "deny", "set", "location", "if", "server", "satisfy", "charset", "charset_types",
        "charset_map", "source_charset", "override_charset", "root", "alias", "index", "aio", "aio_write", "directio",
        "directio_alignment", "read_ahead", "disable_symlinks", "etag", "if_modified_since", "max_ranges",
        "server_name_in_redirect", "port_in_redirect", "absolute_redirect", "recursive_error_pages",
        "uninitialized_variable_warn", "connection_pool_size", "request_pool_size", "upstream", "map", "geo",
        "split_clients", "limit_zone", "limit_rate", "limit_rate_after", "auth_basic_user_file", "auth_request_set",
        "auth_delay", "geoip_country", "geoip_city", "geoip_org", "geoip_proxy", "geoip_proxy_recursive", "geoip2",
        "geoip2_proxy", "status_zone", "zone", "match", "keyval", "keyval_zone", "perl_set", "js_set",
        "set_real_ip_from", "real_ip_header", "real_ip_recursive", "include", "http2", "http3", "resolver",
        "resolver_timeout", "max_headers", "ssl",
    ];

    private static readonly string[] PrefixesOfNoMatter =
    [
        "proxy_", "fastcgi_", "uwsgi_", "scgi_", "grpc_", "memcached_", "gzip", "gunzip", "brotli", "zstd", "ssl_",
        "client_body_", "client_header_", "open_file_cache", "open_log_file_cache", "keepalive_", "limit_req_",
        "limit_conn_", "lua_", "js_import", "js_include", "js_path", "js_fetch_", "js_shared_dict_", "js_preload_",
        "js_var", "http2_", "http3_", "quic_", "ssi_", "sub_filter_", "image_filter", "xslt_", "perl_", "lingering_",
        "types_hash_", "variables_hash_", "map_hash_", "server_names_hash_", "referer_hash_", "msie_", "autoindex",
        "subrequest_", "vhost_traffic_status", "opentracing", "opentelemetry", "otel_", "auth_jwt_", "auth_digest_",
        "auth_ldap_", "log_by_lua", "init_by_lua", "init_worker_by_lua", "exit_worker_by_lua",
        "ssl_certificate_by_lua", "dav_", "create_full_put_path",
    ];

    // Begin like one of those, and are none.
    private static readonly HashSet<string> OfAccess =
    [
        "proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass", "ssl_verify_client",
        "ssl_reject_handshake", "ssl_ocsp", "auth_jwt_require",
    ];

    private static readonly HashSet<string> OfLook =
    [
        "add_header", "add_trailer", "more_set_headers", "more_clear_headers", "expires", "error_page", "ssi",
        "sub_filter", "add_before_body", "add_after_body", "mirror", "userid", "userid_name", "userid_domain",
        "userid_path", "userid_expires", "userid_p3p", "userid_mark", "userid_service", "ignore_invalid_headers",
        "underscores_in_headers", "merge_slashes", "early_hints",
    ];

    /// <summary>Whether blocks within the one that it stands in do not have it.</summary>
    public static bool IsOfBlockAlone(string name) =>
        OfBlockAlone.Contains(name) || name.EndsWith("_pass", StringComparison.Ordinal);

    public static NginxMeaning MeaningOf(NginxDirective directive)
    {
        var name = directive.Name;
        return directive.Arguments is ["off"] ? NginxMeaning.Nothing
            : OfAccess.Contains(name) ? NginxMeaning.Access
            : OfNoMatter.Contains(name) ? NginxMeaning.Nothing
            : Array.Exists(PrefixesOfNoMatter, prefix => name.StartsWith(prefix, StringComparison.Ordinal))
                ? NginxMeaning.Nothing
            : OfLook.Contains(name) ? NginxMeaning.Look
            : NginxMeaning.Access;
    }

    /// <summary>Whether it wants a password, or another word on who may come than an address.</summary>
    public static bool IsForSatisfy(string name) =>
        name is "auth_basic" or "auth_request" or "auth_jwt" or "auth_digest" or "auth_ldap"
            || name.StartsWith("access_by_lua", StringComparison.Ordinal) || name == "js_access";
}

# shellcheck shell=bash disable=SC2034,SC2154  # the script that reads this has and takes the variables
# nchan in Debian's nginx, one worker; see nginx.conf beside this.
about="$(nginx -v 2>&1 | sed 's/.*nginx/nginx/'), nchan $(dpkg-query -W -f '${Version}' libnginx-mod-nchan 2>/dev/null), 1 worker"
options=(--server nchan --transport sse --front "127.0.0.1:$port" --admin "127.0.0.1:$port")

prepare() {
    if [ ! -e /usr/lib/nginx/modules/ngx_nchan_module.so ]; then
        if [ "$(id -u)" -ne 0 ]; then
            echo "nchan is not installed. As root: apt-get update && apt-get install nginx-light libnginx-mod-nchan" >&2
            return 1
        fi
        apt-get -qq update &&
            DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends nginx-light libnginx-mod-nchan || return
    fi
    sed "s|@port@|$port|; s|@work@|$work|" benchmarks/subjects/nchan/nginx.conf >"$work/nginx.conf"
}

start() { exec nginx -c "$work/nginx.conf"; }

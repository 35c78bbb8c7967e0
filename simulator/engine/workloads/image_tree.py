"""What lies in the file system of an image: a plausible tree for each family of images, computed and never stored.

Programs are files that name what they are; `shell/` knows how they behave. What a real image of the family lacks (curl
in Debian's, ps in nginx's) is not there either.
"""

from __future__ import annotations

from functools import lru_cache

from . import catalogue, nodes
from .nodes import Node, device, directory, link, text
from .references import Reference

_CORE = """
[ base64 basename cat chgrp chmod chown cp cut date dd df dirname du echo env expr false find grep egrep fgrep gunzip
gzip head hostname id ln ls md5sum mkdir mktemp mv nproc printenv printf pwd readlink realpath rev rm rmdir sed seq sh
sha256sum sleep sort stat sync tac tail tar tee test timeout touch tr true tty uname uniq wc which whoami xargs yes zcat
"""
_BUSYBOX = f"{_CORE} ash free httpd kill killall nc nslookup ping pidof ps uptime wget"
_DEBIAN = f"{_CORE} bash dash"

_PLAUSIBLE = """
addgroup adduser apk apt apt-cache apt-get apt-key ar arch awk bc blkid brctl bunzip2 bzcat bzip2 cal chroot chsh cksum
clear cmp comm conntrack cpio cron crond crontab dc debconf deluser depmod diff dmesg dnsdomainname docker-entrypoint.sh
dpkg dumpkmap ed envsubst expand factor fdisk flock fold fsync ftpd fuser getent getopt getty groups hexdump hostid htop
hwclock ifconfig init inotifyd install ionice iostat ip ipcalc iptables join kmod ldconfig ldd less logger login logname
losetup lsmod lsof lspci lsusb make md5 mesg microcom mkfifo mkfs mknod mkpasswd mkswap modprobe more mount mountpoint
mpstat mysql mysql_install_db netstat nice nl nohup nsenter od openssl openvt partprobe passwd paste patch perl pgrep
ping6 pivot_root pkill pmap postgres pr printf psql pstree pwdx rabbitmq-server redis-benchmark redis-sentinel renice
reset rev route run-parts runuser script sendmail setpriv setsid setuidgid sha1sum sha512sum shred shuf shutdown split
ssh ssl_client start-stop-daemon strace strings stty su sum switch_root swapoff swapon sysctl syslogd taskset telnet
telnetd tftp time top traceroute truncate tput tsort tunctl udhcpc udhcpd ulimit umount unexpand unlink unlzma unshare
unxz unzip useradd userdel usleep uudecode uuencode vi vim vlock vmstat w wall watch watchdog who xz xzcat zip
"""
"""What images of these families have that is not simulated."""

_DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "stdin", "stdout", "stderr")
_DIRECTORIES = (
    "bin",
    "dev",
    "etc",
    "home",
    "proc",
    "sys",
    "usr",
    "usr/bin",
    "usr/sbin",
    "var",
    "var/log",
    "run",
    "sbin",
)
_PASSWD = {
    "busybox": "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\n"
    "bin:x:2:2:bin:/bin:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
    "alpine": "root:x:0:0:root:/root:/bin/sh\nbin:x:1:1:bin:/bin:/sbin/nologin\n"
    "daemon:x:2:2:daemon:/sbin:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n",
    "debian": "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "bin:x:2:2:bin:/bin:/usr/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "scratch": "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
}
_RELEASES = {
    "alpine": 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME="Alpine Linux v3.22"\n'
    'HOME_URL="https://alpinelinux.org/"\n',
    "debian": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n'
    'VERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\nHOME_URL="https://www.debian.org/"\n',
    "ubuntu": 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\n'
    'VERSION="24.04.3 LTS (Noble Numbat)"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n',
}
_USERS = {"nginx": (101, "/nonexistent"), "redis": (999, "/data"), "postgres": (999, "/var/lib/postgresql")}
NGINX_PAGE = """\
<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
"""
HTTPD_PAGE = "<html><body><h1>It works!</h1></body></html>\n"
_NGINX_CONF = """\
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;
    access_log  /var/log/nginx/access.log;
    sendfile        on;
    keepalive_timeout  65;
    include /etc/nginx/conf.d/*.conf;
}
"""
_NGINX_SITE = """\
server {
    listen       %d;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
"""


@lru_cache(maxsize=64)
def of(reference: Reference) -> nodes.Tree:
    """The tree of an image."""
    image = catalogue.of(reference)
    return _tree(image.family, image.programs, reference.path.rpartition("/")[2], image.ports[:1])


@lru_cache(maxsize=64)
def _tree(family: str, programs: tuple[str, ...], name: str, ports: tuple[int, ...]) -> nodes.Tree:
    found: dict[str, Node] = {f"/{path}": directory() for path in _DIRECTORIES}
    found["/root"], found["/tmp"] = directory(0o700), directory(0o1777)
    found |= {f"/dev/{one}": device(one) for one in _DEVICES}
    found |= {f"/proc/1/fd/{number}": device(one) for number, one in ((1, "stdout"), (2, "stderr"))}
    found |= {"/proc/cpuinfo": text(""), "/proc/meminfo": text(""), "/proc/mounts": text("")}
    passwd = _PASSWD.get(family, _PASSWD["debian"])
    passwd += "".join(
        f"{one}:x:{uid}:{uid}::{home}:/sbin/nologin\n" for one, (uid, home) in _USERS.items() if one in name
    )
    found["/etc/passwd"] = text(passwd)
    found["/etc/group"] = text(
        "".join(f"{line.split(':')[0]}:x:{line.split(':')[3]}:\n" for line in passwd.splitlines())
    )
    if family in _RELEASES:
        found["/etc/os-release"] = text(_RELEASES[family])
    found |= _own(family)
    place = "/usr/bin" if family in ("debian", "ubuntu") else "/bin"
    if family != "scratch":
        found |= {f"{place}/{one}": nodes.program(one) for one in (_BUSYBOX if place == "/bin" else _DEBIAN).split()}
    if place == "/usr/bin":
        found |= {"/bin": link("usr/bin"), "/sbin": link("usr/sbin"), "/lib": link("usr/lib"), "/usr/lib": directory()}
    found |= {f"{_place(one, family)}/{one}": nodes.program(one) for one in programs}
    if "nginx" in programs:
        found |= _nginx(ports[0] if ports else 80)
    if "httpd" in programs and family == "debian":
        found["/usr/local/apache2/htdocs/index.html"] = text(HTTPD_PAGE)
        found["/usr/local/apache2/conf/httpd.conf"] = text('ServerRoot "/usr/local/apache2"\nListen 80\n')
    if "apache2" in programs:
        found["/var/www/html"] = directory()
    if "nodetool" in programs:
        found["/ready-probe.sh"] = text('#!/bin/bash\nnodetool status | grep -q "^UN  $POD_IP "\n', 0o755)
    return nodes.with_parents(found)


def of_family(reference: Reference) -> frozenset[str]:
    """The programs that images of the family have, whether or not a script's reader knows them."""
    family = catalogue.of(reference).family
    if family == "scratch":
        return frozenset()
    return frozenset((_DEBIAN if family in ("debian", "ubuntu") else _BUSYBOX).split())


def is_basic(name: str) -> bool:
    """Whether a program belongs to a shell's surroundings, which an image made from scratch has not."""
    return name in f"{_BUSYBOX} bash dash curl".split()


def is_plausible(name: str) -> bool:
    """Whether real images may have a program that is not in their trees."""
    return name in _PLAUSIBLE.split()


def _place(program: str, family: str) -> str:
    if family == "scratch":
        return ""
    return "/usr/sbin" if program in ("nginx", "apache2", "mysqld") else "/usr/local/bin"


def _own(family: str) -> dict[str, Node]:
    """What only this family has."""
    if family == "alpine":
        places = ("media", "mnt", "opt", "srv", "lib", "usr/local/bin")
        return {"/etc/alpine-release": text("3.22.1\n"), **{f"/{path}": directory() for path in places}}
    if family in ("debian", "ubuntu"):
        version = {"/etc/debian_version": text("12.11\n" if family == "debian" else "trixie/sid\n")}
        more = ("boot", "media", "mnt", "opt", "srv", "usr/local", "usr/local/bin", "usr/share", "var/lib", "var/cache")
        return {**version, **{f"/{path}": directory() for path in more}}
    return {"/lib": directory()} if family == "busybox" else {}


def _nginx(port: int) -> dict[str, Node]:
    error = "<html><head><title>Error</title></head>\n<body><h1>An error occurred.</h1></body></html>\n"
    return {
        "/usr/share/nginx/html/index.html": text(NGINX_PAGE),
        "/usr/share/nginx/html/50x.html": text(error),
        "/etc/nginx/nginx.conf": text(_NGINX_CONF),
        "/etc/nginx/mime.types": text("types {\n    text/html  html htm;\n    text/css  css;\n}\n"),
        "/etc/nginx/conf.d/default.conf": text(_NGINX_SITE % port),
        "/docker-entrypoint.d": directory(),
        "/docker-entrypoint.sh": text('#!/bin/sh\nexec "$@"\n', 0o755),
        "/var/log/nginx/access.log": link("/dev/stdout"),
        "/var/log/nginx/error.log": link("/dev/stderr"),
        "/var/cache/nginx": directory(uid=101, gid=101),
    }

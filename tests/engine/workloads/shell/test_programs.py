# ruff: noqa: E501 (a case is one line)
"""What the programs print: (script, stdout, stderr, exit code)."""

import pytest

from .driver import pod, run, sh

TEXT = {
    "cat -n": ("printf 'a\\nb\\n' | cat -n", "     1\ta\n     2\tb\n", "", 0),
    "cat what is not there": ("cat /no; echo $?", "1\n", "cat: can't open '/no': No such file or directory\n", 0),
    "cat a directory": ("cat /etc", "", "cat: can't open '/etc': Is a directory\n", 1),
    "head -c": ("echo abcdef | head -c 3", "abc", "", 0),
    "head of two": ("cd /tmp; echo a > x; echo b > y; head -n 1 x y", "==> x <==\na\n\n==> y <==\nb\n", "", 0),
    "tail -c": ("echo abcdef | tail -c 3", "ef\n", "", 0),
    "wc": ("printf 'a b\\nc\\n' | wc", "        2         3         6\n", "", 0),
    "tac, rev": ("printf 'ab\\ncd\\n' | tac | rev", "dc\nba\n", "", 0),
    "tee": ("echo a | tee /tmp/x; cat /tmp/x", "a\na\n", "", 0),
    "grep -r": ("cd /tmp; mkdir d; echo xay > d/f; grep -r a d", "d/f:xay\n", "", 0),
    "grep -q": ("echo a | grep -q b; echo $?", "1\n", "", 0),
    "grep -l": ("cd /tmp; echo a > x; echo b > y; grep -l b x y", "y\n", "", 0),
    "grep -i -A": ("printf 'A\\nb\\nc\\n' | grep -iA1 a", "A\nb\n", "", 0),
    "grep what is no expression": ("echo a | grep -E '('", "", "grep: bad regex '(': missing ): (\n", 2),
    "sort -u -r": ("printf 'a\\nc\\na\\n' | sort -ur", "c\na\n", "", 0),
    "sort -h": ("printf '2K\\n1M\\n3\\n' | sort -h", "3\n2K\n1M\n", "", 0),
    "uniq -d": ("printf 'a\\na\\nb\\n' | uniq -d", "a\n", "", 0),
    "cut from": ("echo a,b,c,d | cut -d, -f2-", "b,c,d\n", "", 0),
    "tr classes": ("echo 'a B' | tr '[:lower:]' '[:upper:]' | tr -d '[:space:]'", "AB", "", 0),
    "sed -i": ("echo port=80 > /tmp/c; sed -i 's/80/8080/' /tmp/c; cat /tmp/c", "port=8080\n", "", 0),
    "sed -n /a/,/b/p": ("printf '1\\na\\n2\\nb\\n3\\n' | sed -n '/a/,/b/p'", "a\n2\nb\n", "", 0),
    "sed without a script": ("sed", "", "sed: no script specified\n", 1),
    "xargs -I": ("printf 'a\\nb\\n' | xargs -I{} echo x{}", "xa\nxb\n", "", 0),
    "base64 -w": ("printf hello | base64 -w 0", "aGVsbG8=", "", 0),
    "expr": ("expr 5 '>' 3; expr 1 + 1", "1\n2\n", "", 0),
    "printf what is no number": ("printf '%d\\n' x", "0\n", "printf: invalid number 'x'\n", 1),
    "echo -e -n": ("echo -en 'a\\tb'", "a\tb", "", 0),
    "seq": ("seq 2 2 6; seq 0.5 1", "2\n4\n6\n0.5\n", "", 0),
}
FILES = {
    "ls -a": ("cd /tmp; touch .x y; ls -a", ".\n..\n.x\ny\n", "", 0),
    "ls -1 of two": ("mkdir /tmp/a /tmp/b; touch /tmp/a/x; ls -1 /tmp/a /tmp/b", "/tmp/a:\nx\n\n/tmp/b:\n", "", 0),
    "ls a file": ("ls /etc/hosts", "/etc/hosts\n", "", 0),
    "ls -l": ("echo hello > /tmp/f; ls -l /tmp/f", "-rw-r--r--    1 root     root             6 Jan  2 03:04 /tmp/f\n", "", 0),
    "ls -d": ("ls -d /etc", "/etc\n", "", 0),
    "ls what is not there": ("ls /no", "", "ls: /no: No such file or directory\n", 1),
    "mkdir -p": ("mkdir -p /tmp/a/b/c; ls -R /tmp/a", "/tmp/a:\nb\n\n/tmp/a/b:\nc\n\n/tmp/a/b/c:\n", "", 0),
    "mkdir where nothing is": ("mkdir /a/b", "", "mkdir: can't create directory '/a/b': No such file or directory\n", 1),
    "mkdir again": ("mkdir /etc", "", "mkdir: can't create directory '/etc': File exists\n", 1),
    "rm": ("touch /tmp/x; rm /tmp/x; ls /tmp", "", "", 0),
    "rm what is not there": ("rm /no; rm -f /no; echo $?", "0\n", "rm: can't remove '/no': No such file or directory\n", 0),
    "rm a directory": ("rm /tmp; echo $?", "1\n", "rm: '/tmp' is a directory\n", 0),
    "rm -rf": ("mkdir -p /tmp/a/b; touch /tmp/a/b/c; rm -rf /tmp/a; ls /tmp", "", "", 0),
    "rm what the image has": ("rm -rf /etc/passwd; cat /etc/passwd", "", "cat: can't open '/etc/passwd': No such file or directory\n", 1),
    "rmdir": ("mkdir -p /tmp/a/b; rmdir /tmp/a; rmdir /tmp/a/b /tmp/a; ls /tmp", "", "rmdir: '/tmp/a': Directory not empty\n", 0),
    "cp": ("cp /etc/hostname /tmp; cat /tmp/hostname", "web\n", "", 0),
    "cp -r": ("mkdir -p /tmp/a/b; echo 1 > /tmp/a/b/f; cp -r /tmp/a /tmp/c; cat /tmp/c/b/f", "1\n", "", 0),
    "cp a directory": ("cp /etc /tmp", "", "cp: omitting directory '/etc'\n", 1),
    "cp into itself": ("mkdir /tmp/a; cp -r /tmp/a /tmp/a/b; echo $?", "1\n", "cp: can't copy '/tmp/a': cannot copy a directory, '/tmp/a', into itself\n", 0),
    "mv": ("echo 1 > /tmp/a; mv /tmp/a /tmp/b; ls /tmp; cat /tmp/b", "b\n1\n", "", 0),
    "mv a directory": ("mkdir -p /tmp/a/x /tmp/b; mv /tmp/a /tmp/b; ls /tmp /tmp/b", "/tmp:\nb\n\n/tmp/b:\na\n", "", 0),
    "ln -s": ("echo 1 > /tmp/a; ln -s a /tmp/b; cat /tmp/b; readlink /tmp/b; readlink -f /tmp/b", "1\na\n/tmp/a\n", "", 0),
    "a loop of links": ("ln -s b /tmp/a; ln -s a /tmp/b; cat /tmp/a", "", "cat: can't open '/tmp/a': Too many levels of symbolic links\n", 1),
    "chmod": ("touch /tmp/f; chmod 750 /tmp/f; stat -c %a /tmp/f; chmod u-w,o+r /tmp/f; stat -c %A /tmp/f", "750\n-r-xr-xr--\n", "", 0),
    "chown": ("touch /tmp/f; chown 1000:nobody /tmp/f; stat -c '%u %G' /tmp/f", "1000 nobody\n", "", 0),
    "touch": ("touch /tmp/a /tmp/b; ls /tmp; touch /no/a", "a\nb\n", "touch: /no/a: No such file or directory\n", 1),
    "find": ("mkdir -p /tmp/a/b; touch /tmp/a/x.log /tmp/a/b/y.log; find /tmp -name '*.log'", "/tmp/a/b/y.log\n/tmp/a/x.log\n", "", 0),
    "find -type d": ("mkdir -p /tmp/a/b; touch /tmp/a/x; find /tmp -type d -maxdepth 1", "/tmp\n/tmp/a\n", "", 0),
    "find -exec": ("touch /tmp/a /tmp/b; find /tmp -type f -exec echo f {} \\;", "f /tmp/a\nf /tmp/b\n", "", 0),
    "find -delete": ("touch /tmp/a /tmp/b; find /tmp -type f -delete; ls /tmp", "", "", 0),
    "which": ("which ls nothing; echo $?", "/bin/ls\n1\n", "", 0),
    "du": ("mkdir /tmp/d; echo 1 > /tmp/d/f; du -sk /tmp/d", "8\t/tmp/d\n", "", 0),
    "dd": ("dd if=/dev/zero of=/tmp/z bs=1k count=2 2>/dev/null; wc -c < /tmp/z", "2048\n", "", 0),
    "no space": ("dd if=/dev/zero of=/tmp/z bs=1M count=2; echo $?", "1\n", "dd: error writing '/tmp/z': No space left on device\n", 0),
}  # fmt: skip
SYSTEM = {
    "hostname": ("hostname; hostname -i", "web\n10.244.1.5\n", "", 0),
    "whoami": ("whoami; id -u", "root\n0\n", "", 0),
    "uname": ("uname; uname -m", "Linux\nx86_64\n", "", 0),
    "date": ("date; date -u +%Y-%m-%dT%H:%M:%SZ; date +%s", "Fri Jan  2 03:04:05 UTC 2026\n2026-01-02T03:04:05Z\n1767323045\n", "", 0),
    "date of another": ("date -d @0 +%F", "1970-01-01\n", "", 0),
    "env": ("env -i A=1 env", "A=1\n", "", 0),
    "printenv": ("printenv HOME NOTHING; echo $?", "/root\n1\n", "", 0),
    "timeout": ("timeout 2 sleep 5; echo $?; timeout 5 sleep 2; echo $?", "143\n0\n", "", 0),
    "sleep what": ("sleep soon", "", "sleep: invalid time interval 'soon'\n", 1),
    "kill nobody": ("kill 4711", "", "kill: can't kill pid 4711: No such process\n", 1),
    "tty": ("tty", "not a tty\n", "", 1),
    "the resolver": ("cat /etc/resolv.conf", "search default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n", "", 0),
    "an option that there is not": ("ls -z", "", "ls: unrecognized option: z\n", 1),
    "a long option that there is not": ("ls --nothing", "", "ls: unrecognized option '--nothing'\n", 1),
}  # fmt: skip
CASES = {**TEXT, **FILES, **SYSTEM}


@pytest.mark.parametrize(("script", "out", "err", "code"), CASES.values(), ids=CASES.keys())
def test_programs(script: str, out: str, err: str, code: int) -> None:
    found = sh(script)
    assert (found.out, found.err, found.code) == (out, err, code)


def test_ps_shows_the_container_and_itself() -> None:
    lines = run("ps", body=pod("busybox", command=["sleep", "1d"])).out.splitlines()
    assert lines[0].split() == ["PID", "USER", "TIME", "COMMAND"]
    assert [line.split(None, 3)[3] for line in lines[1:]] == ["sleep 1d", "ps"]


def test_tail_follows_what_is_added() -> None:
    found = sh("echo 1 > /tmp/f; tail -f /tmp/f", most=20)
    assert found.code is None
    assert found.out == "1\n"


OTHERS = {
    # name: (image, argv, stdout, stderr, exit code)
    "nginx -v": ("nginx:1.27.2", ["nginx", "-v"], "", "nginx version: nginx/1.27.2\n", 0),
    "nginx -t": ("nginx", ["nginx", "-t"], "", "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n"
                 "nginx: configuration file /etc/nginx/nginx.conf test is successful\n", 0),
    "redis-cli ping": ("redis:7", ["redis-cli", "ping"], "PONG\n", "", 0),
    "pg_isready": ("postgres:16", ["pg_isready"], "/var/run/postgresql:5432 - accepting connections\n", "", 0),
    "mysqladmin ping": ("mysql:8", ["mysqladmin", "ping"], "mysqld is alive\n", "", 0),
    "python3 --version": ("python:3.12", ["python3", "--version"], "Python 3.12\n", "", 0),
    "whoami in redis": ("redis", ["whoami"], "redis\n", "", 0),
    "ls -l with GNU": ("debian", ["ls", "-ld", "/etc", "/tmp"],
                       "drwxr-xr-x 2 root root 4096 Jan  2 02:04 /etc\ndrwxrwxrwt 2 root root 4096 Jan  2 02:04 /tmp\n", "", 0),
}  # fmt: skip


@pytest.mark.parametrize(("image", "argv", "out", "err", "code"), OTHERS.values(), ids=OTHERS.keys())
def test_of_other_images(image: str, argv: list[str], out: str, err: str, code: int) -> None:
    found = run(*argv, body=pod(image))
    assert (found.out, found.err, found.code) == (out, err, code)

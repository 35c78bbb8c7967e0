"""What `make up` starts and watches: web, worker and beat and, unless REDIS_URL is set, a private Redis."""

# Stands in for the official image of that name, as far as docker-compose.yml relies on it: the user
# 999, the programs, the folder /data.
FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN groupadd --system --gid 999 redis \
    && useradd --system --uid 999 --gid redis --home-dir /data --shell /usr/sbin/nologin redis \
    && apt-get update --quiet \
    && apt-get install --quiet --yes --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists /var/cache/apt/archives \
    && install -d -o redis -g redis /data
COPY redis-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
VOLUME /data
WORKDIR /data
ENTRYPOINT ["docker-entrypoint.sh"]
EXPOSE 6379
CMD ["redis-server"]

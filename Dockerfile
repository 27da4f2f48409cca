# Rialto's image: compiled in one stage, run in a slim one. Both take their packages from .ci/packages.
# BASE can name any Debian 12 image; ./dev image --check puts in one of its own.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
COPY .ci/packages /tmp/packages
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        $(awk '$1 == "build" { print $2 }' /tmp/packages) \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN cmake --preset release -B /build -DRIALTO_TESTS=OFF \
 && cmake --build /build -j "$(nproc)" --target rialto \
 && strip -o /rialto /build/bin/rialto

FROM ${BASE}
LABEL org.opencontainers.image.title="Rialto" \
      org.opencontainers.image.description="An event bridge that you own: speaks Amazon EventBridge, loses nothing" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY .ci/packages /tmp/packages
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        $(awk '$1 == "run" { print $2 }' /tmp/packages) \
 && rm -rf /var/lib/apt/lists/* /tmp/packages \
 && groupadd --gid 10001 rialto \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin rialto \
 && install -d -o rialto -g rialto -m 0750 /data
COPY LICENSE /usr/share/doc/rialto/copyright
COPY config/rialto.yaml /etc/rialto/rialto.yaml
COPY --from=build /rialto /usr/local/bin/rialto

USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["rialto", "healthcheck"]
ENTRYPOINT ["rialto"]
CMD ["serve", "--config", "/etc/rialto/rialto.yaml", "--data-dir", "/data"]

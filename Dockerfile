# syntax=docker/dockerfile:1
# The programs on a Node without shell, package manager and node_modules. Build:
#   docker build --build-arg REVISION="$(git rev-parse HEAD)" -t registry.example.com/afk:0.1.0 .
# A tag moves, so the base that runs is named by digest: the index of all platforms behind `:nonroot`, as several public projects pin
# it. It was not pulled here, and it ages: look it up and raise it (best by a bot's pull request), or give another with --build-arg:
#   crane digest gcr.io/distroless/nodejs24-debian12:nonroot
#   docker build --build-arg BASE=gcr.io/distroless/nodejs24-debian12:nonroot@sha256:<what it printed> ...
# The builder leaves nothing behind but the bundle, which is the same from any Node 24. Any base will do that has Node 24 in /nodejs/bin or on the usual PATH.
ARG BUILDER=docker.io/library/node:24-bookworm-slim
ARG BASE=gcr.io/distroless/nodejs24-debian12:nonroot@sha256:14d42e2511532589a7c7e01a753667a74fcc96266e137e8125006b87b0c32d0a

FROM ${BUILDER} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Without scripts: nothing of the bundle needs one, and the builder brings its own Node.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY build.ts ./
COPY src src
# The source maps stay behind: they are ten times the programs, and `npm run build` makes the same again from the same revision.
RUN node build.ts && find dist -name '*.map' -delete

FROM ${BASE}
ARG REVISION=unknown
ARG VERSION=0.1.0
ARG SOURCE=
LABEL org.opencontainers.image.title="afk" \
      org.opencontainers.image.description="Poller and watcher: from a labelled issue to landed, verified code." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
# No compile cache (NODE_COMPILE_CACHE): measured, it hits, and saves little. An inert tick takes 26 ms of CPU with and without it, a
# quiet one with its Lease 137 ms without and 123 with (medians of 15, every file a hit). Its key has the CPU's features, the user and
# the path in it: one that is made here hits on nodes of the builder's kind only, and to make it the final base would have to run things.
COPY --from=build /build/dist /app
WORKDIR /app
ENV NODE_ENV=production \
    PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin
# By number: `runAsNonRoot` cannot judge a name.
USER 65532:65532
ENTRYPOINT ["node"]
CMD ["/app/poller.cjs"]

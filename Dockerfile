# Studies in a container: docker build --tag grae . ; docker run --volume runs:/grae/runs grae deno task compare --quick
# A glibc base with Deno from npm and a BLAS from Debian. Nothing but the registries of Docker, npm and Debian is asked.
FROM node:24-bookworm-slim AS deno
RUN npm install --prefix /deno deno@2.9.6 && cp /deno/node_modules/@deno/linux-*-glibc/deno /usr/local/bin/deno

FROM debian:bookworm-slim
# oneDNN, which is faster, is looked for on amd64 alone.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates libopenblas0-pthread \
  && { [ "$(dpkg --print-architecture)" != amd64 ] || apt-get install --yes --no-install-recommends libdnnl2; } \
  && rm -rf /var/lib/apt/lists/*
COPY --from=deno /usr/local/bin/deno /usr/local/bin/deno
RUN useradd --create-home grae && mkdir --parents /grae/runs && chown -R grae /grae
USER grae
WORKDIR /grae
COPY --chown=grae . .
# The packages that the lock file names, held to its checksums, so that a container needs no registry.
RUN deno cache experiments/*/study.ts experiments/queue/main.ts
VOLUME /grae/runs
CMD ["deno", "task"]

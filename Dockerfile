# rocksdb-native needs glibc 2.34 or newer and libatomic; so no Alpine.
FROM node:24-bookworm-slim
RUN apt-get update && apt-get install --no-install-recommends --yes libatomic1 && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --no-create-home --shell /usr/sbin/nologin app
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts scripts
# The optional packages bring the Bigtable client, which is wanted, and Node 24, which the image is itself.
RUN npm ci --omit=dev && rm -rf node_modules/node-linux-* node_modules/node-bin-* && npm cache clean --force
COPY bin bin
COPY schemas schemas
COPY src src
# Last, for they change with every build: what /__version__ answers (Dockerflow).
ARG VERSION=""
ARG GIT_COMMIT=""
ARG GIT_SOURCE=""
ARG BUILD_URL=""
RUN node scripts/write-version.js version.json
RUN mkdir /data && chown app:app /data
USER 10001:10001
ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data LOG_FORMAT=mozlog
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/__lbheartbeat__`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bin/taar", "up"]

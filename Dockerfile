# rocksdb-native needs glibc 2.34 or newer and libatomic; so no Alpine.
FROM node:24-bookworm-slim
RUN apt-get update && apt-get install --no-install-recommends --yes libatomic1 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts scripts
# The image is Node 24 itself, so the optional packages that bring it are not needed.
RUN npm ci --omit=dev --omit=optional
COPY bin bin
COPY schemas schemas
COPY src src
RUN mkdir /data && chown node:node /data
USER node
ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data LOG_FORMAT=mozlog
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/__lbheartbeat__`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bin/taar", "up"]

# One image for every process of the desk; compose or the cluster says which it runs.
# The lock file may lack other platforms' optional packages, which `npm ci` refuses; `npm install --no-save` takes every
# version that the lock names all the same. Install scripts stay off: what needs a binary ships it as a package.

FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install --no-save --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY domain ./domain
COPY contract ./contract
COPY workflows ./workflows
COPY activities ./activities
COPY providers ./providers
COPY db ./db
COPY api ./api
COPY runtime ./runtime
COPY web ./web
RUN npm run build

FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Temporal's native part comes for every platform at once; the others are most of the image.
RUN npm install --no-save --omit=dev --ignore-scripts \
  && rm -rf node_modules/@temporalio/core-bridge/releases/*-apple-darwin \
            node_modules/@temporalio/core-bridge/releases/*-pc-windows-msvc

FROM node:20.20.2-bookworm-slim AS runtime
# The native part of Temporal's SDK trusts the system's certificates, which the slim image leaves out.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY package.json ./
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# A volume that is mounted here takes this owner over; the desk writes nowhere else.
RUN install --directory --owner=node --group=node --mode=0700 /var/lib/refund-desk/evidence /var/lib/refund-desk/bank
ENV EVIDENCE_DIR=/var/lib/refund-desk/evidence
USER node
EXPOSE 3000 3001
# Of the API; a worker's is on its own port, as docker-compose.yml shows.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the first process, so that it gets the signal that asks it to stop.
CMD ["node", "--enable-source-maps", "dist/runtime/api.js"]

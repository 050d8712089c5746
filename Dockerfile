# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
# The caches live outside the image, so the binary is copied out of them within the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin rondo \
    && cp target/release/rondo /rondo \
    && mkdir /data

# Holds the C library, certificates and a user, and neither a shell nor a package manager.
FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="Rondo" \
      org.opencontainers.image.licenses="Apache-2.0 OR MIT"
COPY --from=build /rondo /rondo
COPY --from=build /src/LICENSE /src/LICENSE-APACHE /src/LICENSE-MIT /licenses/
# A new volume takes the owner of the folder that it covers.
COPY --from=build --chown=65532:65532 /data /data

# BETTER_AUTH_SECRET has no default on purpose: without it the server says so and ends.
ENV DATABASE_URL=sqlite:////data/rondo.db \
    HOST=0.0.0.0 \
    PORT=8000
VOLUME /data
EXPOSE 8000
# By number, so that a platform can see that it is not root.
USER 65532:65532
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD ["/rondo", "healthcheck", "--url", "http://127.0.0.1:8000/health/live"]
ENTRYPOINT ["/rondo"]
CMD ["serve"]

# Builds Mesogen and runs its main job:
#   docker build -t mesogen .
#   docker run --rm -v "$PWD/output:/data" mesogen            # the default dataset, into ./output
#   docker run --rm -v "$PWD:/data" mesogen info set.xyz      # or any command
FROM swift:6.3-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends make git \
    libgsl-dev libopenblas-dev libzip-dev zlib1g-dev libhdf5-dev libssl-dev voro++-dev libsymspg-dev
WORKDIR /src
COPY . .
RUN make install DESTDIR=/out PREFIX=/usr/local EXTRA_FLAGS=--static-swift-stdlib

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
    libgsl27 libopenblas0-pthread libzip4 zlib1g libhdf5-103-1 libssl3 libvoro++1 libsymspg1 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/usr/local /usr/local
RUN mesogen doctor
WORKDIR /data
ENTRYPOINT ["mesogen"]
CMD ["run", "--output", "."]

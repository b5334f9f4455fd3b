# The images of the fleet: one build, one target for each service.
#
#   docker compose up --build
#   docker build --target gateway-service -t evenkeel/gateway-service .
#
# For linux/amd64 and linux/arm64. A build needs Maven's artifacts and Debian's or Ubuntu's packages, and nothing else from
# outside; what is built needs nothing at all.
ARG JDK_IMAGE=eclipse-temurin:25-jdk
ARG JRE_IMAGE=eclipse-temurin:25-jre

# --- build: the three jars, extracted, and the native libraries unpacked from them ------------------------------------
FROM ${JDK_IMAGE} AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends binutils maven unzip zip \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -Dmaven.test.skip=true -pl registry-service,model-service,gateway-service -am package
RUN --network=none bash docker/unpack

# --- runtime: what all services have in common ------------------------------------------------------------------------
FROM ${JRE_IMAGE} AS runtime
LABEL org.opencontainers.image.version="0.1.0-SNAPSHOT" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="Evenkeel"
# the weights' folder belongs to the user, and so does a named volume that is mounted there for the first time
RUN groupadd --gid 10001 evenkeel \
 && useradd --uid 10001 --gid evenkeel --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin evenkeel \
 && install -d -o evenkeel -g evenkeel /var/lib/evenkeel/weights
COPY --chmod=644 LICENSE models/NOTICE /opt/evenkeel/
COPY --chmod=755 docker/ready /opt/evenkeel/
# DJL finds its native libraries here, unpacked: nothing has to be written when a node starts
ENV DJL_CACHE_DIR=/opt/evenkeel/native/djl \
    EVENKEEL_WEIGHTSDIR=/var/lib/evenkeel/weights

# --- train: the JVM's start-up caches, by a fleet of one node that starts, answers and ends ---------------------------
FROM runtime AS train
COPY --from=build /opt/evenkeel /opt/evenkeel
COPY --chmod=755 docker/train /opt/evenkeel/
RUN --network=none /opt/evenkeel/train

# --- the services ---------------------------------------------------------------
FROM runtime AS registry-service
LABEL org.opencontainers.image.title="Evenkeel registry" \
      org.opencontainers.image.description="Who is there: a Eureka server with its timers at a second"
COPY --from=build /opt/evenkeel/registry-service /opt/evenkeel/registry-service
COPY --from=train /opt/evenkeel/registry-service/app.aot /opt/evenkeel/registry-service/
ENV PORT=8761
EXPOSE 8761
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=2s --retries=3 \
    CMD ["/opt/evenkeel/ready"]
ENTRYPOINT ["java", "@/opt/evenkeel/registry-service/jvm.options", \
    "-XX:AOTCache=/opt/evenkeel/registry-service/app.aot", "-jar", "/opt/evenkeel/registry-service/app.jar"]

FROM runtime AS gateway-service
LABEL org.opencontainers.image.title="Evenkeel gateway" \
      org.opencontainers.image.description="Sends each request to the node that will finish it soonest"
COPY --from=build /opt/evenkeel/native/lib /opt/evenkeel/native/lib
COPY --from=build /opt/evenkeel/gateway-service /opt/evenkeel/gateway-service
COPY --from=train /opt/evenkeel/gateway-service/app.aot /opt/evenkeel/gateway-service/
ENV PORT=8080 \
    MANAGEMENT_PORT=8081
EXPOSE 8080 8081
USER 10001:10001
# not before it knows a node that answers, whose model may have to be downloaded first
HEALTHCHECK --interval=10s --timeout=3s --start-period=10m --start-interval=2s --retries=3 \
    CMD ["/opt/evenkeel/ready"]
ENTRYPOINT ["java", "@/opt/evenkeel/gateway-service/jvm.options", \
    "-XX:AOTCache=/opt/evenkeel/gateway-service/app.aot", "-jar", "/opt/evenkeel/gateway-service/app.jar"]

FROM runtime AS model-service
LABEL org.opencontainers.image.title="Evenkeel model node" \
      org.opencontainers.image.description="Embeds, classifies and reranks on a CPU, and reports its load"
COPY --from=build /opt/evenkeel/native /opt/evenkeel/native
COPY --from=build /opt/evenkeel/model-service /opt/evenkeel/model-service
COPY --from=train /opt/evenkeel/model-service/app.aot /opt/evenkeel/model-service/
COPY --chmod=755 docker/node /opt/evenkeel/
# the node is called what the container or the pod is called; Spring puts the name in
ENV PORT=8080 \
    MANAGEMENT_PORT=8081 \
    EVENKEEL_NODENAME=\${HOSTNAME}
EXPOSE 8080 8081
VOLUME /var/lib/evenkeel/weights
USER 10001:10001
# a model that has to be downloaded first takes its time
HEALTHCHECK --interval=10s --timeout=3s --start-period=10m --start-interval=2s --retries=3 \
    CMD ["/opt/evenkeel/ready"]
ENTRYPOINT ["/opt/evenkeel/node"]

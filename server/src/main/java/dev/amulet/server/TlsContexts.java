package dev.amulet.server;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * TLS for both protocols, from PEM files that are read again when they change: new connections then
 * get the new certificate. With a certificate authority for clients, they must show a certificate.
 */
final class TlsContexts {
  private static final long LOOK_AGAIN_MS = 10_000;

  private final AdvancedTlsX509KeyManager key = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager clients;
  private final boolean mutual;

  TlsContexts(ServerConfig.Builder settings, ScheduledExecutorService timer) throws IOException {
    long lookMs = settings.pollMs > 0 ? settings.pollMs : LOOK_AGAIN_MS;
    mutual = !settings.tlsClientCa.isEmpty();
    try {
      clients =
          AdvancedTlsX509TrustManager.newBuilder()
              .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
              .build();
      key.updateIdentityCredentials(
          new File(settings.tlsCertificate),
          new File(settings.tlsKey),
          lookMs,
          TimeUnit.MILLISECONDS,
          timer);
      if (mutual) {
        clients.updateTrustCredentials(
            new File(settings.tlsClientCa), lookMs, TimeUnit.MILLISECONDS, timer);
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          "TLS: expected PEM files in tls_certificate and tls_key: " + e.getMessage(), e);
    }
  }

  private SslContextBuilder builder() {
    SslContextBuilder builder = SslContextBuilder.forServer(key).sslProvider(SslProvider.JDK);
    return mutual ? builder.trustManager(clients).clientAuth(ClientAuth.REQUIRE) : builder;
  }

  SslContext http() throws IOException {
    return builder()
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2,
                ApplicationProtocolNames.HTTP_1_1))
        .build();
  }

  SslContext grpc() throws IOException {
    return GrpcSslContexts.configure(builder(), SslProvider.JDK).build();
  }
}

package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.runtime.Scorer;
import dev.amulet.server.Served.Answer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SchedulingTest {
  private static final String PATH = "/invocations?model=regression";

  private static CompletableFuture<Answer> send(Served served, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(served.uri(PATH))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return served
        .client()
        .sendAsync(request.build(), BodyHandlers.ofByteArray())
        .thenApply(Answer::new);
  }

  private static List<Answer> all(List<CompletableFuture<Answer>> sent) throws Exception {
    List<Answer> answers = new ArrayList<>();
    for (CompletableFuture<Answer> one : sent) {
      answers.add(one.get(120, TimeUnit.SECONDS));
    }
    return answers;
  }

  @Test
  void whatIsTooMuchIsRefusedAtOnceAndNothingElseFails() throws Exception {
    try (SlowPictures pictures = new SlowPictures(100);
        Served served =
            Served.of(
                Served.GOLDEN,
                config -> config.workers(2).maxRequests(6).allowHttp(pictures.origins()))) {
      List<CompletableFuture<Answer>> sent = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        sent.add(send(served, pictures.body("p" + i)));
      }
      int scored = 0;
      for (Answer answer : all(sent)) {
        if (answer.status() == 200) {
          scored++;
        } else {
          assertThat(answer.status()).as(answer.text()).isEqualTo(503);
          assertThat(answer.header("Retry-After")).isEqualTo("1");
          assertThat(answer.json().get("code").asText()).isEqualTo("UNAVAILABLE");
        }
      }
      assertThat(scored).isBetween(6, 59);
      assertThat(pictures.fetched()).hasSize(scored);
      assertThat(send(served, pictures.body("after")).get(60, TimeUnit.SECONDS).status())
          .isEqualTo(200);
    }
  }

  @Test
  void theHeadOfARequestIsEnoughToRefuseItAndItsBodyIsThrownAway() throws Exception {
    try (SlowPictures pictures = new SlowPictures(3_000);
        Served served =
            Served.of(
                Served.GOLDEN,
                config -> config.workers(1).maxRequests(1).allowHttp(pictures.origins()));
        Socket socket = new Socket("127.0.0.1", served.server.httpPort())) {
      socket.setSoTimeout(60_000);
      CompletableFuture<Answer> first = send(served, pictures.body("first"));
      while (pictures.fetched().isEmpty()) {
        Thread.sleep(5);
      }
      OutputStream out = socket.getOutputStream();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String head = " HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n";
      for (String[] asked :
          new String[][] {
            {"POST " + PATH, "503"}, {"POST /nowhere", "404"}, {"PUT /livez", "405"}
          }) {
        out.write((asked[0] + head).getBytes(StandardCharsets.US_ASCII));
        assertThat(in.readLine()).as(asked[0]).startsWith("HTTP/1.1 " + asked[1]);
        int length = 0;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
          if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
            length = Integer.parseInt(line.substring(15).strip());
          }
        }
        assertThat(in.skip(length)).isEqualTo(length);
        out.write(new byte[100_000]); // No part of it is taken for the next request.
      }
      assertThat(first.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
    }
  }

  @Test
  void picturesBeyondTheBudgetOfPixelsWaitAndAreScored() throws Exception {
    try (Served served =
        Served.of(
            Served.GOLDEN,
            config ->
                config
                    .workers(4)
                    .maxBatch(2)
                    .maxPixelsInFlight(1)
                    .imageRoot(Served.GOLDEN.resolve("images")))) {
      List<CompletableFuture<Answer>> sent = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        sent.add(send(served, "{\"instances\":[{\"photo\":\"" + name(i) + ".png\"}]}"));
      }
      assertThat(all(sent)).allMatch(answer -> answer.status() == 200);
      assertThat(served.get("/metrics").text()).contains("amulet_decoding_pixels 0.0");
    }
  }

  @Test
  void queuedWorkWhoseTimeIsOverIsToldSoAndNeverRuns() throws Exception {
    try (SlowPictures pictures = new SlowPictures(4_000);
        Served served =
            Served.of(Served.GOLDEN, config -> config.workers(1).allowHttp(pictures.origins()))) {
      CompletableFuture<Answer> long1 = send(served, pictures.body("long"));
      while (pictures.fetched().isEmpty()) {
        Thread.sleep(5);
      }
      List<CompletableFuture<Answer>> sent = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        sent.add(send(served, pictures.body("late" + i), "X-Timeout-Ms", "100"));
      }
      for (Answer answer : all(sent)) {
        assertThat(answer.status()).isEqualTo(504);
      }
      assertThat(long1.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
      assertThat(send(served, pictures.body("quick")).get(60, TimeUnit.SECONDS).status())
          .isEqualTo(200);
      assertThat(pictures.fetched()).containsExactlyInAnyOrder("/long", "/quick");
    }
  }

  @Test
  void whatAClientLeftBehindNeverRuns() throws Exception {
    try (SlowPictures pictures = new SlowPictures(3_000);
        Served served =
            Served.of(Served.GOLDEN, config -> config.workers(1).allowHttp(pictures.origins()))) {
      CompletableFuture<Answer> first = send(served, pictures.body("first"));
      while (pictures.fetched().isEmpty()) {
        Thread.sleep(5);
      }
      for (int i = 0; i < 20; i++) {
        byte[] body = pictures.body("gone" + i).getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", served.server.httpPort())) {
          String head =
              "POST "
                  + PATH
                  + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                  + "Content-Length: "
                  + body.length
                  + "\r\n\r\n";
          socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
          socket.getOutputStream().write(body);
          socket.getOutputStream().flush();
          Thread.sleep(5);
        }
      }
      assertThat(first.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
      assertThat(send(served, pictures.body("quick")).get(60, TimeUnit.SECONDS).status())
          .isEqualTo(200);
      // All but those that a worker had begun before their client closed.
      assertThat(pictures.fetched()).contains("/first", "/quick").hasSizeLessThan(12);
    }
  }

  @Test
  void batchesChangeNoBit() throws Exception {
    double[] expected = new double[40];
    try (Scorer scorer = Scorer.open(Served.GOLDEN.resolve("regression.amulet"))) {
      for (int i = 0; i < expected.length; i++) {
        expected[i] =
            scorer
                .score(scorer.newRow().set("area", i).setImage("photo", Served.picture(name(i))))
                .value();
      }
    }
    for (int delayMs : new int[] {0, 50}) {
      try (Served served =
          Served.of(
              Served.GOLDEN,
              config ->
                  config
                      .workers(2)
                      .maxBatch(8)
                      .maxDelayMs(delayMs)
                      .imageRoot(Served.GOLDEN.resolve("images")))) {
        List<CompletableFuture<Answer>> sent = new ArrayList<>();
        for (int i = 0; i < expected.length; i++) {
          sent.add(
              send(
                  served,
                  "{\"instances\":[{\"area\":" + i + ",\"photo\":\"" + name(i) + ".png\"}]}"));
        }
        List<Answer> answers = all(sent);
        for (int i = 0; i < expected.length; i++) {
          assertThat(answers.get(i).json().at("/predictions/0").doubleValue())
              .isEqualTo(expected[i]);
        }
        if (delayMs > 0) {
          assertThat(batches(served)).isLessThan(expected.length);
        }
      }
    }
  }

  private static String name(int row) {
    return List.of("h", "i", "j").get(row % 3);
  }

  private static double batches(Served served) throws Exception {
    return served
        .get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("amulet_batch_rows_count{model=\"regression\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}

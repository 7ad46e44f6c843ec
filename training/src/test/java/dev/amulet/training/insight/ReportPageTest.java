package dev.amulet.training.insight;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  private static final String HOSTILE =
      "</script><script>alert(1)</script><!-- \u2028 & \" ' <img src=x onerror=alert(2)>";

  @Test
  void noTextOfTheDataCanEndTheElementItIsIn() {
    ObjectNode report = JsonNodeFactory.instance.objectNode().put("cell", HOSTILE);

    String json = ReportPage.json(report);

    assertThat(json).doesNotContain("<", ">", "&", "\u2028");
  }

  @Test
  void whatTheDataSayArrivesUnchanged() throws JsonProcessingException {
    ObjectNode report = JsonNodeFactory.instance.objectNode().put("cell", HOSTILE);

    assertThat(new ObjectMapper().readTree(ReportPage.json(report))).isEqualTo(report);
  }

  @Test
  void theTitleIsText() {
    String page = ReportPage.html("<b>&'\"", JsonNodeFactory.instance.objectNode());

    assertThat(page).contains("<title>&lt;b&gt;&amp;&#39;&quot;</title>");
  }

  @Test
  void thePageForbidsItselfEveryRequest() {
    String page = ReportPage.html("title", JsonNodeFactory.instance.objectNode());

    String head = page.substring(0, page.indexOf("</head>"));
    assertThat(head).contains("content=\"default-src 'none';");
    assertThat(head).doesNotContain("<link", "<script src", "@import", "url(");
  }
}

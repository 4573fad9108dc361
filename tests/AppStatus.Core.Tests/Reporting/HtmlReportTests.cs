using System.Globalization;
using System.Xml.Linq;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Reporting;
using AppStatus.Core.Reporting.Html;
using AppStatus.Core.Tests.Deployments;

namespace AppStatus.Core.Tests.Reporting;

/// <summary>The page, read as the XML that it is as well.</summary>
public sealed class HtmlReportTests
{
    [Fact]
    public void Is_one_file_that_loads_nothing_and_runs_nothing()
    {
        string html = HtmlReport.Of(Told.Rolling(2).Whole(1, 1).Report(DeploymentState.Running));
        html.ShouldStartWith("<!DOCTYPE html>\n<html");
        XDocument page = XDocument.Parse(html);
        page.Descendants().Select(element => element.Name.LocalName).ShouldNotContain(name => name == "script" || name == "link" || name == "img" || name == "iframe");
        page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName).ShouldNotContain(name => name == "src" || name == "href" || name.StartsWith("on", StringComparison.Ordinal));
        page.Descendants("meta").ShouldContain(meta => (string?)meta.Attribute("http-equiv") == "Content-Security-Policy" && ((string?)meta.Attribute("content"))!.StartsWith("default-src 'none'", StringComparison.Ordinal));
        // A browser reads a style raw: an escape in it would be no style any more.
        html.Substring(html.IndexOf("<style>", StringComparison.Ordinal), html.IndexOf("</style>", StringComparison.Ordinal) - html.IndexOf("<style>", StringComparison.Ordinal)).ShouldNotContain("&");
    }

    [Fact]
    public void Closes_only_void_elements_and_drawings_by_themselves()
    {
        // To a browser, a div that closes itself is open.
        XDocument page = Page(ReportBuilderTests.Canary().Report(DeploymentState.Running));
        string[] closed = [.. page.Descendants().Where(element => element.IsEmpty && !element.Ancestors("svg").Any()).Select(element => element.Name.LocalName).Distinct(StringComparer.Ordinal)];
        closed.ShouldBe(["meta"]);
    }

    [Fact]
    public void Draws_each_instance_with_each_step_at_its_time()
    {
        XDocument page = Page(Told.Rolling(2).Whole(1, 1).Whole(2, 1).Then(new DeploymentEnded(DeploymentState.Succeeded)).Report());
        XElement[] rows = [.. Section(page, "steps").Descendants("g").Where(group => Class(group) == "lane succeeded")];
        rows.Length.ShouldBe(2);
        XElement[] bars = [.. rows[0].Elements("g")];
        bars.Select(Class).ShouldBe(["bar check", "bar out", "bar out", "bar deploy", "bar check", "bar in", "bar in"]);
        bars[3].Element("title")!.Value.ShouldBe("Deploy: 4.0 s");
        // Twenty seconds in all: the first lane's deploy begins after three of them, and takes four.
        double whole = TimeAxis.Right - TimeAxis.Left;
        Number(bars[3].Element("rect")!, "x").ShouldBe(TimeAxis.Left + (whole * 3 / 20), 0.01);
        Number(bars[3].Element("rect")!, "width").ShouldBe(whole * 4 / 20, 0.01);
        Class(page.Descendants("span").Single()).ShouldBe("state good");
        page.Descendants("section").ShouldNotContain(section => Class(section) == "next");
    }

    [Fact]
    public void Marks_what_failed_and_says_what_to_type()
    {
        XDocument page = Page(Told.Rolling(3).Broken(1, "no disk").Then(new Halted(ErrorId.DeploymentHalted, "enough"), new DeploymentEnded(DeploymentState.Halted)).Report());
        XElement failed = Section(page, "steps").Descendants("g").Single(group => Class(group) == "bar deploy failed");
        failed.Elements("text").ShouldContain(text => text.Value == "✕");
        failed.Element("title")!.Value.ShouldBe("Deploy: 4.0 s, failed\nno disk");
        Section(page, "lanes").Descendants("td").Select(cell => cell.Value).ShouldContain("web/web01 DrainingDeployFailed: no disk");
        page.Descendants("section").Single(section => Class(section) == "next").Descendants("code").Select(code => code.Value).ShouldBe(["Resume-Deployment d1", "Undo-Deployment d1", "Stop-Deployment d1"]);
        Section(page, "events").Descendants("tr").Count().ShouldBe(3, "a head and two events");
        Section(page, "steps").Descendants("g").Count(group => Class(group) == "mark failure").ShouldBe(2);
    }

    [Fact]
    public void Shows_capacity_against_its_minimum_and_where_it_was_lost()
    {
        XDocument page = Page(Told.Rolling(4, Given.Options with { MinimumHealthy = "3" }).Whole(1, 3).Step(2, StepKind.Drain, 1, TrafficState.Draining, capacity: 2).Report(DeploymentState.Running));
        XElement chart = Section(page, "capacity").Element("svg")!;
        double limit = Number(chart.Elements("line").Single(line => Class(line) == "limit"), "y1"), top = Number(chart.Elements("rect").First(rect => Class(rect) == "area"), "y");
        limit.ShouldBeGreaterThan(top);
        XElement low = chart.Elements("rect").Single(rect => Class(rect) == "area low");
        Number(low, "y").ShouldBeGreaterThan(limit);
        low.Element("title")!.Value.ShouldStartWith("2 from");
    }

    [Fact]
    public void Shows_the_canaries_share_and_leaves_it_out_where_there_is_none()
    {
        XElement share = Section(Page(ReportBuilderTests.Canary().Report(DeploymentState.Running)), "share");
        share.Descendants("rect").Where(rect => Class(rect) == "area").Select(rect => rect.Element("title")!.Value.Split(' ')[0]).ShouldBe(["25", "50"]);
        Page(Told.Rolling(1).Report(DeploymentState.Running)).Descendants("section").ShouldNotContain(section => (string?)section.Attribute("id") == "share");
    }

    [Fact]
    public void Text_of_others_is_text_whatever_is_in_it()
    {
        const string hostile = "</td><script>alert(1)</script>\" onload=\"x\u0000\u001b[31m \ud800 \uffff & ]]> <!-- \u202e ##vso[task.x]";
        Told told = Told.Rolling(2, Given.Options with { Release = hostile, ExpectedVersion = "", Reason = hostile });
        told.Broken(1, hostile).Then(new AlertFired(hostile, "", hostile), new Halted(ErrorId.DeploymentHalted, hostile), new DeploymentEnded(DeploymentState.Halted));
        string html = HtmlReport.Of(told.Report());
        XDocument page = XDocument.Parse(html);
        page.Descendants("script").ShouldBeEmpty();
        html.ShouldNotContain("<script");
        html.ShouldNotContain("##vso[");
        html.ShouldNotContain("\u202e");
        page.Descendants("h1").Single().Value.ShouldContain("</td><script>alert(1)</script>\" onload=\"x");
        page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName).ShouldNotContain("onload");
    }

    [Fact]
    public void A_night_in_which_nobody_drove_it_is_drawn_short()
    {
        Told told = Told.Rolling(2).Whole(1, 1).Then(new DeploymentEnded(DeploymentState.Stopped)).After(36000);
        told.Then(new DeploymentResumed("anna", "other", 7, RetryFailed: true)).Whole(2, 1).Then(new DeploymentEnded(DeploymentState.Succeeded));
        XDocument page = Page(told.Report());
        XElement deploy = Section(page, "steps").Descendants("g").First(group => Class(group) == "bar deploy");
        Number(deploy.Element("rect")!, "width").ShouldBeGreaterThan(100, "ten hours would leave it no width");
        Section(page, "steps").Descendants("rect").Single(rect => Class(rect) == "cut").Element("title")!.Value.ShouldStartWith("10 h 00 min");
        // All of it stays in its order and on the page.
        double[] places = [.. Section(page, "steps").Descendants("g").Where(group => Class(group).StartsWith("bar ", StringComparison.Ordinal)).Select(bar => Number(bar.Element("rect")!, "x"))];
        places.ShouldBe(places.OrderBy(place => place));
        places[^1].ShouldBeLessThan(TimeAxis.Right);
    }

    [Fact]
    public void A_plan_without_a_step_is_a_report_too()
    {
        XDocument page = Page(Told.Rolling(1).Report(DeploymentState.Interrupted));
        Section(page, "lanes").Descendants("tr").Count().ShouldBe(2);
        page.Descendants("dd").Select(fact => fact.Value).ShouldContain("0 of 1");
    }

    private static XDocument Page(DeploymentReport report) => XDocument.Parse(HtmlReport.Of(report));

    private static XElement Section(XDocument page, string id) => page.Descendants("section").Single(section => (string?)section.Attribute("id") == id);

    private static string Class(XElement element) => (string?)element.Attribute("class") ?? "";

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}

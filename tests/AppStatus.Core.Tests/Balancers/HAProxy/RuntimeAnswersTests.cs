using AppStatus.Core.Balancers.HAProxy;

namespace AppStatus.Core.Tests.Balancers.HAProxy;

public sealed class RuntimeAnswersTests
{
    [Fact]
    public void An_empty_line_is_the_answer_of_a_successful_set()
    {
        RuntimeAnswers.Split("\nNo such server.\n\n1\n# be_id\n3\n\n\n").ShouldBe(["", "No such server.", "1\n# be_id\n3", ""]);
    }

    [Theory]
    [InlineData("1\n# be_id be_na")]
    [InlineData("No such server.\n")]
    [InlineData("\n1\n# be_id be_name\n3 web\n")]
    public void A_last_answer_without_its_empty_line_is_cut_off(string text) => RuntimeAnswers.Split(text).ShouldBeNull();

    [Fact]
    public void No_text_is_no_answer() => RuntimeAnswers.Split("").ShouldBeEmpty();

    [Fact]
    public void Statistics_are_read_by_column_name_and_quotes_are_undone()
    {
        var rows = RuntimeAnswers.ReadCsv("# pxname,svname,last_chk,status,\nweb,a,\"said \"\"no, not now\"\"\",DOWN,\nweb,b,,UP 1/3,").ShouldNotBeNull();
        rows.Count.ShouldBe(2);
        rows[0]["last_chk"].ShouldBe("said \"no, not now\"");
        rows[0]["status"].ShouldBe("DOWN");
        rows[1]["last_chk"].ShouldBe("");
        rows[1]["status"].ShouldBe("UP 1/3");
    }

    [Fact]
    public void Columns_may_stand_in_any_order_and_new_ones_may_come()
    {
        var row = RuntimeAnswers.ReadServersState("1\n# be_id srv_new srv_name be_name\n7 x a web").ShouldNotBeNull().ShouldHaveSingleItem();
        row["be_id"].ShouldBe("7");
        row["srv_name"].ShouldBe("a");
    }

    [Theory]
    [InlineData("Can't find backend.")]
    [InlineData("")]
    [InlineData("<html>")]
    public void Text_that_is_no_table_is_told_from_an_empty_table(string text)
    {
        RuntimeAnswers.ReadCsv(text).ShouldBeNull();
        RuntimeAnswers.ReadServersState(text).ShouldBeNull();
    }
}

//! More handlers than the compiler nests macros.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;

bot! { pub Shop; h0, h1, h2, h3, h4, h5, h6, h7, h8, h9, h10, h11, h12, h13, h14, h15, h16, h17, h18, h19, h20, h21, h22, h23, h24, h25, h26, h27, h28, h29, h30, h31, h32, h33, h34, h35, h36, h37, h38, h39, h40, h41, h42, h43, h44, h45, h46, h47, h48, h49, h50, h51, h52, h53, h54, h55, h56, h57, h58, h59, h60, h61, h62, h63, h64, h65, h66, h67, h68, h69, h70, h71, h72, h73, h74, h75, h76, h77, h78, h79, h80, h81, h82, h83, h84, h85, h86, h87, h88, h89, h90, h91, h92, h93, h94, h95, h96, h97, h98, h99, h100, h101, h102, h103, h104, h105, h106, h107, h108, h109, h110, h111, h112, h113, h114, h115, h116, h117, h118, h119, h120, h121, h122, h123, h124, h125, h126, h127, h128, h129, more::routes }

#[on_postback("H0")]
async fn h0() {}

#[on_postback("H1")]
async fn h1() {}

#[on_postback("H2")]
async fn h2() {}

#[on_postback("H3")]
async fn h3() {}

#[on_postback("H4")]
async fn h4() {}

#[on_postback("H5")]
async fn h5() {}

#[on_postback("H6")]
async fn h6() {}

#[on_postback("H7")]
async fn h7() {}

#[on_postback("H8")]
async fn h8() {}

#[on_postback("H9")]
async fn h9() {}

#[on_postback("H10")]
async fn h10() {}

#[on_postback("H11")]
async fn h11() {}

#[on_postback("H12")]
async fn h12() {}

#[on_postback("H13")]
async fn h13() {}

#[on_postback("H14")]
async fn h14() {}

#[on_postback("H15")]
async fn h15() {}

#[on_postback("H16")]
async fn h16() {}

#[on_postback("H17")]
async fn h17() {}

#[on_postback("H18")]
async fn h18() {}

#[on_postback("H19")]
async fn h19() {}

#[on_postback("H20")]
async fn h20() {}

#[on_postback("H21")]
async fn h21() {}

#[on_postback("H22")]
async fn h22() {}

#[on_postback("H23")]
async fn h23() {}

#[on_postback("H24")]
async fn h24() {}

#[on_postback("H25")]
async fn h25() {}

#[on_postback("H26")]
async fn h26() {}

#[on_postback("H27")]
async fn h27() {}

#[on_postback("H28")]
async fn h28() {}

#[on_postback("H29")]
async fn h29() {}

#[on_postback("H30")]
async fn h30() {}

#[on_postback("H31")]
async fn h31() {}

#[on_postback("H32")]
async fn h32() {}

#[on_postback("H33")]
async fn h33() {}

#[on_postback("H34")]
async fn h34() {}

#[on_postback("H35")]
async fn h35() {}

#[on_postback("H36")]
async fn h36() {}

#[on_postback("H37")]
async fn h37() {}

#[on_postback("H38")]
async fn h38() {}

#[on_postback("H39")]
async fn h39() {}

#[on_postback("H40")]
async fn h40() {}

#[on_postback("H41")]
async fn h41() {}

#[on_postback("H42")]
async fn h42() {}

#[on_postback("H43")]
async fn h43() {}

#[on_postback("H44")]
async fn h44() {}

#[on_postback("H45")]
async fn h45() {}

#[on_postback("H46")]
async fn h46() {}

#[on_postback("H47")]
async fn h47() {}

#[on_postback("H48")]
async fn h48() {}

#[on_postback("H49")]
async fn h49() {}

#[on_postback("H50")]
async fn h50() {}

#[on_postback("H51")]
async fn h51() {}

#[on_postback("H52")]
async fn h52() {}

#[on_postback("H53")]
async fn h53() {}

#[on_postback("H54")]
async fn h54() {}

#[on_postback("H55")]
async fn h55() {}

#[on_postback("H56")]
async fn h56() {}

#[on_postback("H57")]
async fn h57() {}

#[on_postback("H58")]
async fn h58() {}

#[on_postback("H59")]
async fn h59() {}

#[on_postback("H60")]
async fn h60() {}

#[on_postback("H61")]
async fn h61() {}

#[on_postback("H62")]
async fn h62() {}

#[on_postback("H63")]
async fn h63() {}

#[on_postback("H64")]
async fn h64() {}

#[on_postback("H65")]
async fn h65() {}

#[on_postback("H66")]
async fn h66() {}

#[on_postback("H67")]
async fn h67() {}

#[on_postback("H68")]
async fn h68() {}

#[on_postback("H69")]
async fn h69() {}

#[on_postback("H70")]
async fn h70() {}

#[on_postback("H71")]
async fn h71() {}

#[on_postback("H72")]
async fn h72() {}

#[on_postback("H73")]
async fn h73() {}

#[on_postback("H74")]
async fn h74() {}

#[on_postback("H75")]
async fn h75() {}

#[on_postback("H76")]
async fn h76() {}

#[on_postback("H77")]
async fn h77() {}

#[on_postback("H78")]
async fn h78() {}

#[on_postback("H79")]
async fn h79() {}

#[on_postback("H80")]
async fn h80() {}

#[on_postback("H81")]
async fn h81() {}

#[on_postback("H82")]
async fn h82() {}

#[on_postback("H83")]
async fn h83() {}

#[on_postback("H84")]
async fn h84() {}

#[on_postback("H85")]
async fn h85() {}

#[on_postback("H86")]
async fn h86() {}

#[on_postback("H87")]
async fn h87() {}

#[on_postback("H88")]
async fn h88() {}

#[on_postback("H89")]
async fn h89() {}

#[on_postback("H90")]
async fn h90() {}

#[on_postback("H91")]
async fn h91() {}

#[on_postback("H92")]
async fn h92() {}

#[on_postback("H93")]
async fn h93() {}

#[on_postback("H94")]
async fn h94() {}

#[on_postback("H95")]
async fn h95() {}

#[on_postback("H96")]
async fn h96() {}

#[on_postback("H97")]
async fn h97() {}

#[on_postback("H98")]
async fn h98() {}

#[on_postback("H99")]
async fn h99() {}

#[on_postback("H100")]
async fn h100() {}

#[on_postback("H101")]
async fn h101() {}

#[on_postback("H102")]
async fn h102() {}

#[on_postback("H103")]
async fn h103() {}

#[on_postback("H104")]
async fn h104() {}

#[on_postback("H105")]
async fn h105() {}

#[on_postback("H106")]
async fn h106() {}

#[on_postback("H107")]
async fn h107() {}

#[on_postback("H108")]
async fn h108() {}

#[on_postback("H109")]
async fn h109() {}

#[on_postback("H110")]
async fn h110() {}

#[on_postback("H111")]
async fn h111() {}

#[on_postback("H112")]
async fn h112() {}

#[on_postback("H113")]
async fn h113() {}

#[on_postback("H114")]
async fn h114() {}

#[on_postback("H115")]
async fn h115() {}

#[on_postback("H116")]
async fn h116() {}

#[on_postback("H117")]
async fn h117() {}

#[on_postback("H118")]
async fn h118() {}

#[on_postback("H119")]
async fn h119() {}

#[on_postback("H120")]
async fn h120() {}

#[on_postback("H121")]
async fn h121() {}

#[on_postback("H122")]
async fn h122() {}

#[on_postback("H123")]
async fn h123() {}

#[on_postback("H124")]
async fn h124() {}

#[on_postback("H125")]
async fn h125() {}

#[on_postback("H126")]
async fn h126() {}

#[on_postback("H127")]
async fn h127() {}

#[on_postback("H128")]
async fn h128() {}

#[on_postback("H129")]
async fn h129() {}

mod more {
    use messenger_runtime::prelude::*;

    routes! { h0, h1, h2, h3, h4, h5, h6, h7, h8, h9, h10, h11, h12, h13, h14, h15, h16, h17, h18, h19, h20, h21, h22, h23, h24, h25, h26, h27, h28, h29, h30, h31, h32, h33, h34, h35, h36, h37, h38, h39, h40, h41, h42, h43, h44, h45, h46, h47, h48, h49, h50, h51, h52, h53, h54, h55, h56, h57, h58, h59, h60, h61, h62, h63, h64, h65, h66, h67, h68, h69, h70, h71, h72, h73, h74, h75, h76, h77, h78, h79, h80, h81, h82, h83, h84, h85, h86, h87, h88, h89, h90, h91, h92, h93, h94, h95, h96, h97, h98, h99, h100, h101, h102, h103, h104, h105, h106, h107, h108, h109, h110, h111, h112, h113, h114, h115, h116, h117, h118, h119, h120, h121, h122, h123, h124, h125, h126, h127, h128, h129 }

    #[on_quick_reply("H0")]
    pub(crate) async fn h0() {}

    #[on_quick_reply("H1")]
    pub(crate) async fn h1() {}

    #[on_quick_reply("H2")]
    pub(crate) async fn h2() {}

    #[on_quick_reply("H3")]
    pub(crate) async fn h3() {}

    #[on_quick_reply("H4")]
    pub(crate) async fn h4() {}

    #[on_quick_reply("H5")]
    pub(crate) async fn h5() {}

    #[on_quick_reply("H6")]
    pub(crate) async fn h6() {}

    #[on_quick_reply("H7")]
    pub(crate) async fn h7() {}

    #[on_quick_reply("H8")]
    pub(crate) async fn h8() {}

    #[on_quick_reply("H9")]
    pub(crate) async fn h9() {}

    #[on_quick_reply("H10")]
    pub(crate) async fn h10() {}

    #[on_quick_reply("H11")]
    pub(crate) async fn h11() {}

    #[on_quick_reply("H12")]
    pub(crate) async fn h12() {}

    #[on_quick_reply("H13")]
    pub(crate) async fn h13() {}

    #[on_quick_reply("H14")]
    pub(crate) async fn h14() {}

    #[on_quick_reply("H15")]
    pub(crate) async fn h15() {}

    #[on_quick_reply("H16")]
    pub(crate) async fn h16() {}

    #[on_quick_reply("H17")]
    pub(crate) async fn h17() {}

    #[on_quick_reply("H18")]
    pub(crate) async fn h18() {}

    #[on_quick_reply("H19")]
    pub(crate) async fn h19() {}

    #[on_quick_reply("H20")]
    pub(crate) async fn h20() {}

    #[on_quick_reply("H21")]
    pub(crate) async fn h21() {}

    #[on_quick_reply("H22")]
    pub(crate) async fn h22() {}

    #[on_quick_reply("H23")]
    pub(crate) async fn h23() {}

    #[on_quick_reply("H24")]
    pub(crate) async fn h24() {}

    #[on_quick_reply("H25")]
    pub(crate) async fn h25() {}

    #[on_quick_reply("H26")]
    pub(crate) async fn h26() {}

    #[on_quick_reply("H27")]
    pub(crate) async fn h27() {}

    #[on_quick_reply("H28")]
    pub(crate) async fn h28() {}

    #[on_quick_reply("H29")]
    pub(crate) async fn h29() {}

    #[on_quick_reply("H30")]
    pub(crate) async fn h30() {}

    #[on_quick_reply("H31")]
    pub(crate) async fn h31() {}

    #[on_quick_reply("H32")]
    pub(crate) async fn h32() {}

    #[on_quick_reply("H33")]
    pub(crate) async fn h33() {}

    #[on_quick_reply("H34")]
    pub(crate) async fn h34() {}

    #[on_quick_reply("H35")]
    pub(crate) async fn h35() {}

    #[on_quick_reply("H36")]
    pub(crate) async fn h36() {}

    #[on_quick_reply("H37")]
    pub(crate) async fn h37() {}

    #[on_quick_reply("H38")]
    pub(crate) async fn h38() {}

    #[on_quick_reply("H39")]
    pub(crate) async fn h39() {}

    #[on_quick_reply("H40")]
    pub(crate) async fn h40() {}

    #[on_quick_reply("H41")]
    pub(crate) async fn h41() {}

    #[on_quick_reply("H42")]
    pub(crate) async fn h42() {}

    #[on_quick_reply("H43")]
    pub(crate) async fn h43() {}

    #[on_quick_reply("H44")]
    pub(crate) async fn h44() {}

    #[on_quick_reply("H45")]
    pub(crate) async fn h45() {}

    #[on_quick_reply("H46")]
    pub(crate) async fn h46() {}

    #[on_quick_reply("H47")]
    pub(crate) async fn h47() {}

    #[on_quick_reply("H48")]
    pub(crate) async fn h48() {}

    #[on_quick_reply("H49")]
    pub(crate) async fn h49() {}

    #[on_quick_reply("H50")]
    pub(crate) async fn h50() {}

    #[on_quick_reply("H51")]
    pub(crate) async fn h51() {}

    #[on_quick_reply("H52")]
    pub(crate) async fn h52() {}

    #[on_quick_reply("H53")]
    pub(crate) async fn h53() {}

    #[on_quick_reply("H54")]
    pub(crate) async fn h54() {}

    #[on_quick_reply("H55")]
    pub(crate) async fn h55() {}

    #[on_quick_reply("H56")]
    pub(crate) async fn h56() {}

    #[on_quick_reply("H57")]
    pub(crate) async fn h57() {}

    #[on_quick_reply("H58")]
    pub(crate) async fn h58() {}

    #[on_quick_reply("H59")]
    pub(crate) async fn h59() {}

    #[on_quick_reply("H60")]
    pub(crate) async fn h60() {}

    #[on_quick_reply("H61")]
    pub(crate) async fn h61() {}

    #[on_quick_reply("H62")]
    pub(crate) async fn h62() {}

    #[on_quick_reply("H63")]
    pub(crate) async fn h63() {}

    #[on_quick_reply("H64")]
    pub(crate) async fn h64() {}

    #[on_quick_reply("H65")]
    pub(crate) async fn h65() {}

    #[on_quick_reply("H66")]
    pub(crate) async fn h66() {}

    #[on_quick_reply("H67")]
    pub(crate) async fn h67() {}

    #[on_quick_reply("H68")]
    pub(crate) async fn h68() {}

    #[on_quick_reply("H69")]
    pub(crate) async fn h69() {}

    #[on_quick_reply("H70")]
    pub(crate) async fn h70() {}

    #[on_quick_reply("H71")]
    pub(crate) async fn h71() {}

    #[on_quick_reply("H72")]
    pub(crate) async fn h72() {}

    #[on_quick_reply("H73")]
    pub(crate) async fn h73() {}

    #[on_quick_reply("H74")]
    pub(crate) async fn h74() {}

    #[on_quick_reply("H75")]
    pub(crate) async fn h75() {}

    #[on_quick_reply("H76")]
    pub(crate) async fn h76() {}

    #[on_quick_reply("H77")]
    pub(crate) async fn h77() {}

    #[on_quick_reply("H78")]
    pub(crate) async fn h78() {}

    #[on_quick_reply("H79")]
    pub(crate) async fn h79() {}

    #[on_quick_reply("H80")]
    pub(crate) async fn h80() {}

    #[on_quick_reply("H81")]
    pub(crate) async fn h81() {}

    #[on_quick_reply("H82")]
    pub(crate) async fn h82() {}

    #[on_quick_reply("H83")]
    pub(crate) async fn h83() {}

    #[on_quick_reply("H84")]
    pub(crate) async fn h84() {}

    #[on_quick_reply("H85")]
    pub(crate) async fn h85() {}

    #[on_quick_reply("H86")]
    pub(crate) async fn h86() {}

    #[on_quick_reply("H87")]
    pub(crate) async fn h87() {}

    #[on_quick_reply("H88")]
    pub(crate) async fn h88() {}

    #[on_quick_reply("H89")]
    pub(crate) async fn h89() {}

    #[on_quick_reply("H90")]
    pub(crate) async fn h90() {}

    #[on_quick_reply("H91")]
    pub(crate) async fn h91() {}

    #[on_quick_reply("H92")]
    pub(crate) async fn h92() {}

    #[on_quick_reply("H93")]
    pub(crate) async fn h93() {}

    #[on_quick_reply("H94")]
    pub(crate) async fn h94() {}

    #[on_quick_reply("H95")]
    pub(crate) async fn h95() {}

    #[on_quick_reply("H96")]
    pub(crate) async fn h96() {}

    #[on_quick_reply("H97")]
    pub(crate) async fn h97() {}

    #[on_quick_reply("H98")]
    pub(crate) async fn h98() {}

    #[on_quick_reply("H99")]
    pub(crate) async fn h99() {}

    #[on_quick_reply("H100")]
    pub(crate) async fn h100() {}

    #[on_quick_reply("H101")]
    pub(crate) async fn h101() {}

    #[on_quick_reply("H102")]
    pub(crate) async fn h102() {}

    #[on_quick_reply("H103")]
    pub(crate) async fn h103() {}

    #[on_quick_reply("H104")]
    pub(crate) async fn h104() {}

    #[on_quick_reply("H105")]
    pub(crate) async fn h105() {}

    #[on_quick_reply("H106")]
    pub(crate) async fn h106() {}

    #[on_quick_reply("H107")]
    pub(crate) async fn h107() {}

    #[on_quick_reply("H108")]
    pub(crate) async fn h108() {}

    #[on_quick_reply("H109")]
    pub(crate) async fn h109() {}

    #[on_quick_reply("H110")]
    pub(crate) async fn h110() {}

    #[on_quick_reply("H111")]
    pub(crate) async fn h111() {}

    #[on_quick_reply("H112")]
    pub(crate) async fn h112() {}

    #[on_quick_reply("H113")]
    pub(crate) async fn h113() {}

    #[on_quick_reply("H114")]
    pub(crate) async fn h114() {}

    #[on_quick_reply("H115")]
    pub(crate) async fn h115() {}

    #[on_quick_reply("H116")]
    pub(crate) async fn h116() {}

    #[on_quick_reply("H117")]
    pub(crate) async fn h117() {}

    #[on_quick_reply("H118")]
    pub(crate) async fn h118() {}

    #[on_quick_reply("H119")]
    pub(crate) async fn h119() {}

    #[on_quick_reply("H120")]
    pub(crate) async fn h120() {}

    #[on_quick_reply("H121")]
    pub(crate) async fn h121() {}

    #[on_quick_reply("H122")]
    pub(crate) async fn h122() {}

    #[on_quick_reply("H123")]
    pub(crate) async fn h123() {}

    #[on_quick_reply("H124")]
    pub(crate) async fn h124() {}

    #[on_quick_reply("H125")]
    pub(crate) async fn h125() {}

    #[on_quick_reply("H126")]
    pub(crate) async fn h126() {}

    #[on_quick_reply("H127")]
    pub(crate) async fn h127() {}

    #[on_quick_reply("H128")]
    pub(crate) async fn h128() {}

    #[on_quick_reply("H129")]
    pub(crate) async fn h129() {}
}

fn main() {
    assert_eq!(Shop::ROUTES.len(), 260);
    for (index, route) in Shop::ROUTES[..130].iter().enumerate() {
        assert_eq!((Shop::TABLE.postback)(route.pattern), Some(index));
        assert_eq!((Shop::TABLE.quick_reply)(route.pattern), Some(index + 130));
    }
}
